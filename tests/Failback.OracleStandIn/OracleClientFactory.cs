using System.Data.Common;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>Where the applier begins.</summary>
public sealed class OracleClientFactory : DbProviderFactory
{
    public static readonly OracleClientFactory Instance = new();

    private OracleClientFactory()
    {
    }

    public override DbConnection CreateConnection() => new OracleConnection();
}
