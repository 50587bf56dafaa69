using System.Data.Common;
using System.Security.Cryptography;
using Failback.Applier.Oracle;
using Failback.Apply;
using Failback.Dialects.Tests.Suites;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>
/// The stand-in for an Oracle server that an environment variable names, through a stand-in for its driver; a database per test. What it shows and
/// what only a real server can show, docs/oracle.md tells.
/// </summary>
public class OracleFixture : ITargetFixture
{
    private static readonly Lazy<OracleDriver> StandIn = new(() => OracleDriver.Load(Repository.OracleStandIn));

    public virtual ITargetDialect Dialect => new OracleDialect(StandIn.Value);

    public virtual string Schema(string url) => ((string)OracleUrl.Parse(url)["User Id"]).ToUpperInvariant();

    public string Staging(string url) => "_failback_17";

    public string Unquoted(string table) => table.ToUpperInvariant();

    public string StagingTable(string url, string table) => $"FAILBACK_17_{table.ToUpperInvariant()}";

    public virtual Task<string> CreateAsync()
    {
        string? url = Environment.GetEnvironmentVariable("FAILBACK_TEST_ORACLE_URL");
        Assert.SkipWhen(string.IsNullOrEmpty(url), "FAILBACK_TEST_ORACLE_URL is not set: run ./test.sh, which starts a stand-in for Oracle where there is a JDK");
        return Task.FromResult(new UriBuilder(url!) { Path = "/DIALECT_" + RandomNumberGenerator.GetHexString(10) }.Uri.ToString());
    }

    public async Task<DbConnection> ConnectAsync(string url)
    {
        DbConnection connection = Dialect.CreateConnection(url, TimeSpan.FromSeconds(30));
        await connection.OpenAsync();
        return connection;
    }
}
