using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>
/// Who holds a group's session: the owner's connection has a named lock, by which its successor finds and ends it. A frozen owner's open
/// transaction would otherwise keep the checkpoint locked for as long as the server keeps the session.
/// https://dev.mysql.com/doc/refman/8.4/en/locking-functions.html
/// </summary>
internal static class MySqlNamedLock
{
    private const int NoSuchThread = 1094;
    private const int DigestBytes = 20;

    /// <summary>
    /// Statement that takes the named lock of a group in the session, and starts every transaction with foreign keys checked.
    /// </summary>
    public const string Take = "SET SESSION foreign_key_checks = 1; DO GET_LOCK(?, 0);\n";

    /// <summary>Statement that gives the named lock back.</summary>
    public const string Release = "DO RELEASE_LOCK(?)";

    /// <summary>At most 64 characters, whatever the names.</summary>
    public static string Name(string schema, string failback, string table) =>
        "failback:"
        + Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes($"{schema}\u0001{failback}\u0001{table}")).AsSpan(0, DigestBytes));

    /// <summary>Ends sessions, other than this one, that hold one of the locks.</summary>
    public static async Task EndOthersAsync(MySqlConnection connection, IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        await using var ask = new MySqlCommand(
            "SELECT CAST(CONNECTION_ID() AS SIGNED), " + string.Join(", ", names.Select(_ => "CAST(IS_USED_LOCK(?) AS SIGNED)")),
            connection);
        foreach (string name in names) ask.Parameters.Add(new MySqlParameter { Value = name });
        var others = new HashSet<long>();
        await using (DbDataReader row = await ask.ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            for (int i = 1; i < row.FieldCount; i++)
            {
                if (!row.IsDBNull(i)) others.Add(row.GetInt64(i));
            }

            others.Remove(row.GetInt64(0));
        }

        foreach (long other in others) await KillAsync(connection, other, cancellationToken);
    }

    private static async Task KillAsync(MySqlConnection connection, long session, CancellationToken cancellationToken)
    {
        try
        {
            await using var kill = new MySqlCommand(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"KILL {session}"), connection);
            await kill.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (MySqlException e) when (e.Number == NoSuchThread)
        {
            return; // it ended by itself
        }
    }
}
