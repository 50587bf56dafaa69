using System.Data.Common;
using Failback.Testing.Processes;
using Oracle.ManagedDataAccess.Client;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>A database of the stand-in server, which makes one for every service name and lets it go when nobody uses it.</summary>
internal sealed class OracleTestDatabase(Uri server) : ITestDatabase
{
    private readonly string name = "E2E_" + Guid.NewGuid().ToString("N").ToUpperInvariant();

    public string Url => new UriBuilder(server) { Path = "/" + name }.Uri.AbsoluteUri;

    public string StagingSchema => FailbackStack.StagingSchema;

    public async Task<OracleConnection> OpenAsync(CancellationToken cancellationToken = default)
    {
        string[] user = server.UserInfo.Split(':', 2);
        var settings = new DbConnectionStringBuilder
        {
            ["User Id"] = user[0],
            ["Password"] = user[1],
            ["Data Source"] = $"(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST={server.Host})(PORT={server.Port}))(CONNECT_DATA=(SERVICE_NAME={name})))",
        };
        var connection = new OracleConnection { ConnectionString = settings.ConnectionString };
        await connection.OpenAsync(cancellationToken);
        return connection;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
