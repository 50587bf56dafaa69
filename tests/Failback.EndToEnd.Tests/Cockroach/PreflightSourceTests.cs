using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Testing.Processes;
using Npgsql;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>
/// A source that does not let control in, or is none: one finding says which, and it is gone once what it says was corrected.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class PreflightSourceTests(StackFixture fixture)
{
    [Fact]
    public async Task Why_a_source_cannot_be_used_is_a_finding_of_its_own()
    {
        string role = "guest_" + Guid.NewGuid().ToString("N")[..8];
        await using CockroachSource source = await CockroachSource.CreateAsync(
            $"CREATE TABLE t (id bigint PRIMARY KEY); CREATE ROLE {role} LOGIN PASSWORD 'g'");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE t (id bigint PRIMARY KEY)");
        int server = new NpgsqlConnectionStringBuilder(source.ServerConnectionString).Port;
        await source.ExecuteAsync($"REVOKE CONNECT ON DATABASE {source.Name} FROM PUBLIC");
        var client = new PreflightClient(fixture.Stack, "closed");
        (ExpectedFinding Expected, string Url)[] scenes =
        [
            (new("source_login", "error", "a wrong password"), With(source, url => url.Password = "wrong")),
            (new("source_database", "error", "a database that is not there"), With(source, url => url.Path = "/absent")),
            (new("source_privilege", "error", "a user without CONNECT"), With(source, url => (url.UserName, url.Password) = (role, "g"))),
            (new("source_certificate", "error", "a certificate that is not there"),
                With(source, url => url.Query = "sslmode=verify-full&sslrootcert=/absent/ca.crt")),
            (new("not_cockroachdb", "error", "the PostgreSQL behind the stand-in"), With(source, url => url.Port = server)),
        ];
        foreach ((ExpectedFinding expected, string url) in scenes)
        {
            await DefineAsync(url);
            await CheckAsync(expected);
        }

        await DefineAsync(source.Url);
        await source.ExecuteAsync("SET CLUSTER SETTING version = '20.1.0'");
        await CheckAsync(new("source_too_old", "error", "a release without webhook changefeeds"));
        await source.ExecuteAsync("RESET CLUSTER SETTING version");
        Assert.DoesNotContain((await client.RunAsync()).Checks, check => check.Place == "source" && check.Severity == Severity.Error);
        await client.DeleteAsync();
        await source.ExecuteAsync($"DROP ROLE {role}");

        Task DefineAsync(string url) => client.DefineAsync(new JsonObject
        {
            ["source"] = url,
            ["target"] = target.Url,
            ["stagingSchema"] = target.StagingSchema,
            ["changefeed"] = ManagedFailback.Feed(fixture.Stack.Webhook("/").Port),
        });

        async Task CheckAsync(ExpectedFinding expected)
        {
            Check[] found = [.. (await client.RunAsync()).Checks.Where(check => check.Place == "source")];
            Assert.True(
                found is [var only] && only.Code == expected.Code && Word.Of(only.Severity) == expected.Severity
                && only.Fix?.Length > 0, $"instead of {expected}:\n{string.Join('\n', found.AsEnumerable())}");
        }
    }

    private static string With(CockroachSource source, Action<UriBuilder> change)
    {
        var url = new UriBuilder(source.Url);
        change(url);
        return url.Uri.AbsoluteUri;
    }
}
