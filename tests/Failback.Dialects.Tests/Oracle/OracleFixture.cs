using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.Oracle;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Processes;
using Failback.Testing.Users;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>
/// The stand-in for an Oracle server that an environment variable names, through a stand-in for its driver; a database per test, in which
/// HR owns the tables. What it shows and what only a real server can show, docs/targets/oracle.md tells.
/// </summary>
public class OracleFixture : ITargetFixture
{
    private static readonly Lazy<OracleDriver> StandIn = new(() => OracleDriver.Load(Repository.OracleStandIn));

    public virtual ITargetDialect Dialect => new OracleDialect(StandIn.Value);

    public virtual string Schema(string url) => "HR";

    public string Staging(string url) => "_failback_17";

    public string Unquoted(string table) => table.ToUpperInvariant();

    public string StagingTable(string url, string table) => $"{User(url)}.FAILBACK_17_{table.ToUpperInvariant()}";

    public async Task<string> CreateAsync()
    {
        Uri server = await ServerAsync();
        (string database, string owner, string user) = Names(server);
        await using DbConnection administrator = await OpenAsync(database);
        return await OracleUser.CreateAsync(administrator, database, owner, user);
    }

    public async Task<DbConnection> ConnectAsync(string url)
    {
        DbConnection connection = await OpenAsync(UserUrl.Of(url, await ServerAsync()));
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"ALTER SESSION SET CURRENT_SCHEMA = {Schema(url)}";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    public async Task GrantAsync(string url)
    {
        await using DbConnection administrator = await OpenAsync(UserUrl.Of(url, await ServerAsync()));
        await OracleUser.GrantTablesAsync(administrator, Schema(url), User(url));
    }

    /// <summary>URL of an administrator.</summary>
    protected virtual Task<Uri> ServerAsync()
    {
        string? url = Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");
        Assert.SkipWhen(
            string.IsNullOrEmpty(url),
            "FAILBACK_TEST_ORACLE_URL is not set: run ./test.sh, which starts a stand-in for Oracle where there is a JDK");
        return Task.FromResult(new Uri(url!));
    }

    /// <summary>For a test: URL of its database, owner of the tables, user of the failback.</summary>
    protected virtual (string Database, string Owner, string User) Names(Uri server) =>
        (new UriBuilder(server) { Path = "/DIALECT_" + RandomNumberGenerator.GetHexString(10) }.Uri.ToString(), "HR", "FAILBACK");

    protected static string User(string url) => ((string)OracleUrl.Parse(url)["User Id"]).ToUpperInvariant();

    private async Task<DbConnection> OpenAsync(string url)
    {
        DbConnection connection = Dialect.CreateConnection(url, ConnectionUse.Apply, TimeSpan.FromSeconds(30));
        await connection.OpenAsync();
        return connection;
    }
}
