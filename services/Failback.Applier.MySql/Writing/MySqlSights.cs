using System.Globalization;
using Failback.Apply.Dialects;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>Looks for rows of a batch by their key; a row after the other, many in one question.</summary>
internal static class MySqlSights
{
    private const int RowsPerQuery = 100;
    private const long BytesPerQuery = 1 << 20;

    public static async Task<IReadOnlyList<RowSight>> FindAsync(
        MySqlTransaction transaction, MySqlRows rows, CancellationToken cancellationToken)
    {
        var sights = new List<RowSight>();
        int[] settable = [.. MySqlSql.Settable(rows.Batch)];
        var values = new List<object?>();
        var questions = new List<string>();
        long bytes = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            questions.Add(MySqlSql.Look(rows.Batch, row));
            object?[] own = [.. settable.Select(c => rows.Of(row, c)), .. MySqlSql.KeyValues(rows, row)];
            values.AddRange(own);
            bytes += own.Sum(MySqlBulk.Size);
            if (questions.Count < RowsPerQuery && bytes < BytesPerQuery && row < rows.Count - 1) continue;
            await AskAsync(transaction, rows, questions, values, sights, cancellationToken);
            questions.Clear();
            values.Clear();
            bytes = 0;
        }

        return sights;
    }

    private static async Task AskAsync(
        MySqlTransaction transaction, MySqlRows rows, List<string> questions, List<object?> values, List<RowSight> sights,
        CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(string.Join("\nUNION ALL ", questions), transaction.Connection, transaction);
        foreach (object? value in values) command.Parameters.Add(new MySqlParameter { Value = value ?? DBNull.Value });
        await using MySqlDataReader sight = await command.ExecuteReaderAsync(cancellationToken);
        while (await sight.ReadAsync(cancellationToken))
        {
            int row = Convert.ToInt32(sight.GetValue(0), CultureInfo.InvariantCulture);
            int? place = sight.IsDBNull(1) ? null : Convert.ToInt32(sight.GetValue(1), CultureInfo.InvariantCulture);
            sights.Add(new RowSight(rows.Batch.Changes[row], place is { } at ? rows.Batch.Columns[at] : null));
        }
    }
}
