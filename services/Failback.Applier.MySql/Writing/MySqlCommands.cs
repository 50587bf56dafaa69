using System.Data.Common;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>Statements with values by place, for our own tables.</summary>
internal static class MySqlCommands
{
    /// <summary>Keys that a query names at most.</summary>
    public const int KeysPerQuery = 1_000;

    /// <summary>The statement with its list of placeholders.</summary>
    public static string List<T>(string statement, IReadOnlyCollection<T> items, string item = "?") =>
        statement.Replace("<list>", string.Join(", ", items.Select(_ => item)), StringComparison.Ordinal);

    /// <summary>Inserts rows in statements as large as the server takes.</summary>
    public static async Task InsertAsync(
        DbTransaction transaction, string prefix, string row, string suffix, IEnumerable<object?[]> rows,
        CancellationToken cancellationToken)
    {
        var bulk = new MySqlBulk(transaction, prefix, ", ", suffix);
        foreach (object?[] values in rows) await bulk.AddAsync(row, values, cancellationToken);
        await bulk.FlushAsync(cancellationToken);
    }

    /// <summary>Runs a statement that ends in a list of ids, in parts.</summary>
    public static async Task UpdateAsync(
        DbTransaction transaction, string prefix, IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        var bulk = new MySqlBulk(transaction, prefix, ", ", ")", KeysPerQuery);
        foreach (long id in ids) await bulk.AddAsync("?", [id], cancellationToken);
        await bulk.FlushAsync(cancellationToken);
    }

    /// <returns>Rows touched.</returns>
    public static async Task<int> RunAsync(
        DbConnection connection, DbTransaction? transaction, string text, CancellationToken cancellationToken, params object[] values)
    {
        await using MySqlCommand command = Command(connection, transaction, text, values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, DbTransaction? transaction, string text, Func<MySqlDataReader, T> read,
        CancellationToken cancellationToken, params object[] values)
    {
        await using MySqlCommand command = Command(connection, transaction, text, values);
        var found = new List<T>();
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(read(row));
        return found;
    }

    private static MySqlCommand Command(DbConnection connection, DbTransaction? transaction, string text, object[] values)
    {
        var command = new MySqlCommand(text, (MySqlConnection)connection, (MySqlTransaction?)transaction);
        foreach (object value in values) command.Parameters.Add(new MySqlParameter { Value = value });
        return command;
    }
}
