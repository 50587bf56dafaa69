using System.Data.Common;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>An error of the server.</summary>
public sealed class OracleException : DbException
{
    internal OracleException(int number, string message) : base($"ORA-{number:00000}: {message}") => Number = number;

    public int Number { get; }
}
