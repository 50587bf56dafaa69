using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Dialects.Tests.Suites;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>What depends on how a server is set up: TLS, the size of packets, the case of table names.</summary>
public sealed class MariaDbServerTests(MariaDbServer server) : IClassFixture<MariaDbServer>
{
    [Theory]
    [InlineData("127.0.0.1", "sslmode=disable", false)]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("127.0.0.1", "sslmode=require", true)]
    [InlineData("127.0.0.1", "sslmode=verify-ca&sslrootcert={ca}", true)]
    [InlineData("localhost", "sslmode=verify-full&sslrootcert={ca}", true)]
    [InlineData("tcp(localhost)", "sslmode=verify-full&sslrootcert={ca}", true)]
    public async Task A_connection_is_encrypted_as_its_URL_says(string host, string parameters, bool encrypted) =>
        Assert.Equal(encrypted, await CipherAsync(Url(host, parameters)) is { Length: > 0 });

    [Theory]
    [InlineData("127.0.0.1", "sslmode=verify-full&sslrootcert={ca}")]
    [InlineData("127.0.0.1", "sslmode=verify-ca&sslrootcert={stranger}")]
    [InlineData("localhost", "sslmode=verify-full&sslrootcert={stranger}")]
    [InlineData("localhost", "sslmode=verify-full")]
    public async Task A_server_that_does_not_prove_who_it_is_is_refused(string host, string parameters)
    {
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => CipherAsync(Url(host, parameters, MariaDbServer.WithoutPassword)));
        Assert.Equal(FailureKind.Transient, server.Dialect.Classify(error).Kind);
    }

    /// <summary>
    /// Since MariaDB 11.4 its answer to the login covers the certificate's fingerprint: who does not know the password cannot give it.
    /// </summary>
    [Fact]
    public async Task A_server_may_prove_itself_by_the_password_instead_of_a_certificate() =>
        Assert.NotEmpty(await CipherAsync(Url("127.0.0.1", "sslmode=verify-full&sslrootcert={stranger}")) ?? "");

    /// <summary>A server that starts deletes the temporary tables in its folder for them, also those of another server.</summary>
    [Fact]
    public async Task A_native_server_shares_its_temporary_files_with_no_other()
    {
        await using DbConnection own = await server.ConnectAsync(await server.CreateAsync());
        string data = (await ScalarAsync(own, "SELECT @@datadir"))!;
        Assert.Equal(Path.Combine(Path.GetDirectoryName(data.TrimEnd('/'))!, "tmp"), await ScalarAsync(own, "SELECT @@tmpdir"));
    }

    [Fact]
    public async Task An_account_that_wants_a_certificate_gets_the_one_of_the_URL()
    {
        const string account = "tls:geheim";
        Exception error = await Assert.ThrowsAnyAsync<Exception>(() => CipherAsync(Url("localhost", "sslmode=require", account)));
        Assert.DoesNotContain("geheim", server.Dialect.Classify(error).Message, StringComparison.Ordinal);
        Assert.NotEmpty(
            await CipherAsync(Url("localhost", "sslmode=verify-full&sslrootcert={ca}&sslcert={cert}&sslkey={key}", account)) ?? "");
    }

    [Fact]
    public async Task Statements_stay_below_the_largest_packet_and_a_larger_row_halts_until_the_server_allows_it()
    {
        string url = await server.CreateAsync();
        await using DbConnection own = await server.ConnectAsync(url);
        await ExecuteAsync(own, "CREATE TABLE doc (id int PRIMARY KEY, body longtext)");
        Change[] rows = [
            .. Enumerable.Range(1, 40).Select(i => Put("doc", $"[{i}]", $$"""{"id": {{i}}, "body": "{{new string('x', 200_000)}}"}"""))];
        await using (SuiteWriter writer = await SuiteWriter.OpenAsync(server, url, "packets", "doc"))
        {
            await writer.WindowAsync(rows);
            Assert.Equal("40", await ScalarAsync(own, "SELECT count(*) FROM doc WHERE length(body) = 200000"));
        }

        Change[] large = [
            Put("doc", "[1]", """{"id": 1, "body": "small"}"""),
            Put("doc", "[99]", $$"""{"id": 99, "body": "{{new string('y', 2_000_000)}}"}""")];
        await using (SuiteWriter writer = await SuiteWriter.OpenAsync(server, url, "packets", "doc"))
        {
            GroupHaltedException halt = await Assert.ThrowsAsync<GroupHaltedException>(() => writer.WindowAsync(large));
            Assert.Contains("larger than the target's max_allowed_packet", halt.Message, StringComparison.Ordinal);
            Assert.Equal("0", await ScalarAsync(own, "SELECT count(*) FROM doc WHERE id = 99 OR body = 'small'"));
        }

        await ExecuteAsync(own, "SET GLOBAL max_allowed_packet = 67108864");
        await using (SuiteWriter writer = await SuiteWriter.OpenAsync(server, url, "packets", "doc"))
        {
            await writer.WindowAsync(large);
            Assert.Equal("2", await ScalarAsync(own, "SELECT count(*) FROM doc WHERE id = 99 OR body = 'small'"));
        }

        await ExecuteAsync(own, "SET GLOBAL max_allowed_packet = 1048576");
    }

    [Fact]
    public async Task Table_names_that_the_server_folds_are_found_whatever_the_case_of_the_definition()
    {
        await using EngineHarness engine = await StartAsync(server, """
            CREATE TABLE `Parent` (id int PRIMARY KEY);
            CREATE TABLE `Child` (id int PRIMARY KEY, `ParentId` int NOT NULL, FOREIGN KEY (`ParentId`) REFERENCES `Parent` (id));
            """);
        await engine.WindowAsync(Put("child", "[1]", """{"id": 1, "parentid": 7}"""), Put("parent", "[7]", """{"id": 7}"""));
        Assert.Equal(["1|7"], await engine.RowsAsync("SELECT id, ParentId FROM CHILD"));
        Assert.Equal(["plain"], engine.Attempts);
        await engine.WindowAsync(Delete("parent", "[7]"), Delete("child", "[1]"));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM parent"));
    }

    private string Url(string host, string parameters, string? account = null)
    {
        string url = server.Url(host, "mysql", account);
        if (host.StartsWith("tcp(", StringComparison.Ordinal))
            url = url.Replace($"{host}:", host.TrimEnd(')') + ":", StringComparison.Ordinal)
                .Replace("/mysql", ")/mysql", StringComparison.Ordinal);
        return (parameters.Length == 0 ? url : $"{url}?{parameters}")
            .Replace("{ca}", Uri.EscapeDataString(server.Certificates.Authority), StringComparison.Ordinal)
            .Replace("{stranger}", Uri.EscapeDataString(server.Strangers.Authority), StringComparison.Ordinal)
            .Replace("{cert}", Uri.EscapeDataString(server.Certificates.Certificate("client")), StringComparison.Ordinal)
            .Replace("{key}", Uri.EscapeDataString(server.Certificates.Key("client")), StringComparison.Ordinal);
    }

    /// <summary>Cipher of a connection as the dialect opens it; empty: none.</summary>
    private async Task<string?> CipherAsync(string url)
    {
        await using DbConnection connection = server.Dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(10));
        try
        {
            await connection.OpenAsync();
            return await ScalarAsync(
                connection, "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'SSL_CIPHER'");
        }
        finally
        {
            await connection.CloseAsync();
            server.Dialect.ClearPool(connection);
        }
    }

    private static async Task<string?> ScalarAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task ExecuteAsync(DbConnection connection, string sql)
    {
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
