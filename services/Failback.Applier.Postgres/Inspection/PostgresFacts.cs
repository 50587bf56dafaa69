using Failback.Contracts;
using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>Reads facts of the catalogue over one connection.</summary>
internal sealed class PostgresFacts(NpgsqlConnection connection)
{
    /// <summary>Major release of the server.</summary>
    public int Release => connection.PostgreSqlVersion.Major;

    public async Task<List<T>> ReadAsync<T>(
        string query, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(query, connection);
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken)) rows.Add(read(row));
        return rows;
    }

    /// <summary>A name in two columns, its schema first.</summary>
    public static TableName Name(NpgsqlDataReader row, int column) => new(row.GetString(column), row.GetString(column + 1));
}
