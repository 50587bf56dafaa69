using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>The command of MOLT Fetch, as it stands, against the running services.</summary>
[Collection(CockroachCollection.Name)]
public sealed class FetchTests(StackFixture fixture)
{
    private const string Tables =
        "CREATE SCHEMA migration_schema; CREATE TABLE migration_schema.employees (id bigint PRIMARY KEY); CREATE TABLE "
            + "migration_schema.orders (id bigint PRIMARY KEY); CREATE TABLE migration_schema.secrets (id bigint PRIMARY KEY)";
    private const string Name = "fetch-replicator-1739996035106984000";

    [Fact]
    public async Task Rows_arrive_it_ends_with_zero_and_the_same_command_goes_on()
    {
        await using CockroachSource source = await CockroachSource.CreateAsync(Tables);
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync(Tables);
        string overrides = Path.GetTempFileName();
        await File.WriteAllTextAsync(overrides, ManagedFailback.Feed(fixture.Stack.Webhook("/").Port)["overrides"]!.ToJsonString());
        string[] command =
        [
            "fetch", "--source", source.Url, "--target", target.Url, "--schema-filter", "migration_schema", "--table-filter",
            "employees|payments|orders",
            "--replicator-flags", "--stagingSchema _replicator_1739996035106984000 --parallelism 16", "--mode", "failback",
            "--changefeeds-path", overrides, "--allow-tls-mode-disable",
        ];
        var failback = new ManagedFailback(fixture.Stack, Name, source, target);

        await using (var first = new CliProcess(fixture.Stack, command))
        {
            await first.WaitForAsync("\"message\":\"changefeed created\"");
            string[] messages = [.. first.Lines.Select(line => (string)JsonNode.Parse(line)!["message"]!)];
            Assert.Equal(
                ["starting replicator", "staging database name: _replicator_1739996035106984000",
                    "creating changefeed on the source CRDB database"],
                messages.Where(message => !message.StartsWith("flag --", StringComparison.Ordinal)).Take(3));
            Assert.Contains("flag --parallelism: one transaction per group of tables; more replicas for more groups", messages);
            await source.ExecuteAsync(
                "INSERT INTO migration_schema.orders SELECT generate_series(1, 100); INSERT INTO migration_schema.secrets VALUES (1)");
            await failback.CatchUpAsync();
            await first.WaitForAsync("\"message\":\"fetch progress\",\"received\":100,\"applied\":100");

            string job = Assert.Single(await source.LiveJobsAsync());
            await using (var second = new CliProcess(fixture.Stack, [.. command, "--detach"]))
            {
                Assert.Equal(0, await second.EndAsync());
                Assert.Contains("a running changefeed is used", second.Text, StringComparison.Ordinal);
            }

            Assert.Equal([job], await source.LiveJobsAsync());
            await using var status = new CliProcess(fixture.Stack, "status", Name, "-o", "json");
            Assert.Equal(0, await status.EndAsync());
            Assert.Equal(job, (string?)JsonNode.Parse(status.Text)!["changefeed"]!["jobId"]);
            Assert.Equal(0, await first.TerminateAsync());
        }

        Assert.Empty(await source.LiveJobsAsync());
        await source.ExecuteAsync("DELETE FROM migration_schema.orders WHERE id > 50; INSERT INTO migration_schema.employees VALUES (7)");
        await using (var again = new CliProcess(fixture.Stack, command))
        {
            await again.WaitForAsync("\"message\":\"changefeed created\"");
            await failback.CatchUpAsync();
            Assert.Equal(
                (50L, 7L),
                (await target.ScalarAsync<long>("SELECT count(*) FROM migration_schema.orders"),
                    await target.ScalarAsync<long>("SELECT sum(id)::int8 FROM migration_schema.employees")));
            Assert.Equal(0, await again.TerminateAsync());
        }

        await using var delete = new CliProcess(fixture.Stack, "delete", Name);
        Assert.Equal(0, await delete.EndAsync());
        await using var gone = new CliProcess(fixture.Stack, "status", Name);
        Assert.Equal(1, await gone.EndAsync());
        Assert.Contains($"there is no failback {Name}", gone.Text, StringComparison.Ordinal);
        File.Delete(overrides);
    }

    [Fact]
    public async Task Without_a_changefeed_file_or_with_another_certificate_it_refuses()
    {
        await using var insecure = new CliProcess(
            fixture.Stack, "fetch", "--source", "postgresql://u@h/d", "--target", "postgres://u@h/d", "--mode", "failback");
        Assert.Equal(2, await insecure.EndAsync());
        Assert.Contains("--allow-tls-mode-disable", insecure.Text, StringComparison.Ordinal);

        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=localhost", key, System.Security.Cryptography.HashAlgorithmName.SHA256,
            System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using System.Security.Cryptography.X509Certificates.X509Certificate2 certificate = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1));
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, certificate.ExportCertificatePem());
        string overrides = Path.GetTempFileName();
        await File.WriteAllTextAsync(overrides, ManagedFailback.Feed(fixture.Stack.Webhook("/").Port)["overrides"]!.ToJsonString());
        await using var other = new CliProcess(
            fixture.Stack, "fetch", "--source", "postgresql://u@h/d", "--target", "postgres://u@h/d", "--mode", "failback",
            "--changefeeds-path", overrides, "--name", "other-certificate",
            "--replicator-flags", $"--tlsCertificate {file} --tlsPrivateKey {file}");
        Assert.Equal(1, await other.EndAsync());
        Assert.Contains("the sink serves another certificate", other.Text, StringComparison.Ordinal);
        File.Delete(file);
        File.Delete(overrides);
    }

    [Fact]
    public async Task Definitions_from_a_file_are_applied_and_words_are_completed()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "name: from-file\ntarget: postgres://u:p@h:1/d\nchangefeed: { managed: false }\n");
        await using var apply = new CliProcess(fixture.Stack, "apply", "-f", file);
        Assert.Equal(0, await apply.EndAsync());
        Assert.StartsWith("from-file: created, revision ", apply.Text, StringComparison.Ordinal);
        await using var suggest = new CliProcess(fixture.Stack, "[suggest:12]", "failback sta");
        Assert.Equal(0, await suggest.EndAsync());
        Assert.Equal(
            ["start", "status"], suggest.Lines.Where(line => line.StartsWith("sta", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal));
        await using var wrong = new CliProcess(fixture.Stack, "stop", "from-file", "-o", "json");
        Assert.Equal(1, await wrong.EndAsync());
        Assert.Equal("wrong_state", (string?)JsonNode.Parse(wrong.Text)!["code"]);
        await fixture.Stack.Client.DeleteAsync("from-file");
        File.Delete(file);
    }
}
