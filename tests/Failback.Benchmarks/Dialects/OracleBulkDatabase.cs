using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Testing.Processes;
using Failback.Testing.Users;

namespace Failback.Benchmarks.Dialects;

/// <summary>
/// The stand-in for Oracle makes a database for every service name. HR owns the tables, the user of docs/targets/oracle.md writes them.
/// </summary>
internal sealed class OracleBulkDatabase : ITestDatabase
{
    /// <summary>Owner of the tables.</summary>
    public const string Schema = "HR";

    private const string User = "FAILBACK";

    private OracleBulkDatabase(string server) => OwnerUrl = new UriBuilder(server) { Path = $"/BULK_{Guid.NewGuid():N}" }.Uri.ToString();

    public string Url { get; private set; } = "";

    public string OwnerUrl { get; }

    public string StagingSchema => "";

    public static async Task<OracleBulkDatabase> CreateAsync(ITargetDialect dialect, string server, CancellationToken cancellationToken)
    {
        var database = new OracleBulkDatabase(server);
        await using DbConnection administrator = dialect.CreateConnection(database.OwnerUrl, ConnectionUse.Apply, TimeSpan.FromMinutes(1));
        await administrator.OpenAsync(cancellationToken);
        database.Url = await OracleUser.CreateAsync(administrator, database.OwnerUrl, Schema, User);
        return database;
    }

    /// <summary>What the documentation asks for once there are tables.</summary>
    public static Task GrantAsync(DbConnection administrator) => OracleUser.GrantTablesAsync(administrator, Schema, User);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
