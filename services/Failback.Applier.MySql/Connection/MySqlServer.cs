using System.Runtime.CompilerServices;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>What a connection's server is and allows; found out from it when the connection is opened.</summary>
/// <param name="IsMariaDb">MariaDB rather than MySQL.</param>
/// <param name="Version">Its version.</param>
/// <param name="MaxPacket">Bytes that one statement may have.</param>
internal sealed record MySqlServer(bool IsMariaDb, Version Version, long MaxPacket)
{
    private static readonly ConditionalWeakTable<MySqlConnection, MySqlServer> Known = [];

    /// <summary>Columns have an SRID of their own.</summary>
    public bool HasColumnSrid => !IsMariaDb && Version.Major >= 8;

    /// <summary>CHECK is enforced, and the catalogue shows it.</summary>
    public bool HasChecks => IsMariaDb || Version >= new Version(8, 0, 16);

    /// <summary>MySQL's <c>VALUES ROW(…)</c>.</summary>
    public bool HasRowValues => !IsMariaDb && Version >= new Version(8, 0, 19);

    public static MySqlServer Of(MySqlConnection connection) =>
        Known.TryGetValue(connection, out MySqlServer? server)
        ? server
        : throw new InvalidOperationException("the connection was not opened by the dialect");

    public static void Note(MySqlConnection connection, MySqlServer server) => Known.AddOrUpdate(connection, server);

    /// <summary>
    /// <c>10.11.6-MariaDB-0+deb12u1</c>, <c>8.0.36</c>, and <c>5.5.5-10.6.1-MariaDB</c> as older MariaDB says to be compatible.
    /// </summary>
    public static MySqlServer Parse(string version, long maxPacket)
    {
        bool mariaDb = version.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        string number = mariaDb && version.StartsWith("5.5.5-", StringComparison.Ordinal) ? version["5.5.5-".Length..] : version;
        string digits = new([.. number.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')]);
        return new MySqlServer(mariaDb, Version.TryParse(digits.TrimEnd('.'), out Version? parsed) ? parsed : new Version(0, 0), maxPacket);
    }
}
