using System.Data.Common;
using Failback.Testing.Processes;
using Failback.Testing.Users;
using Oracle.ManagedDataAccess.Client;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>
/// A database of the stand-in server, which makes one for every service name and lets it go when nobody uses it. HR owns the tables; the
/// failback comes as the user of docs/targets/oracle.md.
/// </summary>
internal sealed class OracleTestDatabase : ITestDatabase
{
    /// <summary>Owner of the tables.</summary>
    public const string Schema = "HR";

    private const string User = "FAILBACK";
    private readonly Uri _server;
    private readonly string _name = "E2E_" + Guid.NewGuid().ToString("N").ToUpperInvariant();

    private OracleTestDatabase(Uri server) => _server = server;

    public string Url { get; private set; } = "";

    public string OwnerUrl => new UriBuilder(_server) { Path = "/" + _name }.Uri.AbsoluteUri;

    public string StagingSchema => FailbackStack.StagingSchema;

    public static async Task<OracleTestDatabase> CreateAsync(Uri server)
    {
        var database = new OracleTestDatabase(server);
        await using OracleConnection administrator = await database.ConnectAsync(CancellationToken.None);
        database.Url = await OracleUser.CreateAsync(administrator, database.OwnerUrl, Schema, User);
        return database;
    }

    /// <summary>A session in the schema of the tables.</summary>
    public async Task<OracleConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        OracleConnection connection = await ConnectAsync(cancellationToken);
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = $"ALTER SESSION SET CURRENT_SCHEMA = {Schema}";
        await command.ExecuteNonQueryAsync(cancellationToken);
        return connection;
    }

    /// <summary>What the documentation asks for once there are tables.</summary>
    public async Task GrantAsync(CancellationToken cancellationToken)
    {
        await using OracleConnection administrator = await ConnectAsync(cancellationToken);
        await OracleUser.GrantTablesAsync(administrator, Schema, User);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<OracleConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        string[] user = _server.UserInfo.Split(':', 2);
        var settings = new DbConnectionStringBuilder
        {
            ["User Id"] = user[0],
            ["Password"] = user[1],
            ["Data Source"] =
                $"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST={_server.Host})(PORT={_server.Port}))(CONNECT_DATA=(SERVICE_NAME={_name})))",
        };
        var connection = new OracleConnection { ConnectionString = settings.ConnectionString };
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
