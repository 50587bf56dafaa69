using System.Data.Common;
using MySqlConnector;

namespace Failback.Applier.MySql.Inspection;

/// <summary>Reads facts of the catalogue over one connection.</summary>
internal sealed class MySqlFacts(MySqlConnection connection)
{
    /// <summary>The database of the target's URL, the only one whose tables take part.</summary>
    public string Database => connection.Database;

    public async Task<List<T>> ReadAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { Parameters = { new MySqlParameter("@own", Database) } };
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken)) rows.Add(read(row));
        return rows;
    }

    /// <summary>Whether the server refuses a statement for want of a privilege; it is explained and not carried out.</summary>
    public async Task<bool> IsDeniedAsync(string statement, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = new MySqlCommand("EXPLAIN " + statement, connection);
            await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
            return false;
        }
        catch (MySqlException e)
        {
            // Other refusals are about the statement, which is never carried out.
            return e.ErrorCode is MySqlErrorCode.TableAccessDenied or MySqlErrorCode.ColumnAccessDenied
                or MySqlErrorCode.DatabaseAccessDenied;
        }
    }
}
