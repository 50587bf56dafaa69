using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Windows;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Questions about the rows of a batch, one after the other and many in one round trip. A question is the end of a SELECT whose first
/// column is the row's number.
/// </summary>
internal static class MySqlQuestions
{
    private const int RowsPerQuery = 100;
    private const long BytesPerQuery = 1 << 20;

    /// <summary>Changes for which the question finds something.</summary>
    public static async Task<IReadOnlyList<RowChange>> ChangesAsync(
        DbTransaction transaction, MySqlRows rows, string question, Func<MySqlRows, int, IEnumerable<object?>> values,
        CancellationToken cancellationToken) =>
        await AskAsync(transaction, rows, question, values, static (change, _) => change, cancellationToken);

    /// <summary>Rows that are there by the keys of the batch, compared with its values.</summary>
    public static async Task<IReadOnlyList<RowSight>> LookAsync(
        DbTransaction transaction, MySqlRows rows, CancellationToken cancellationToken) =>
        await AskAsync(
            transaction, rows, MySqlSql.Look(rows.Batch), LookValues, (change, found) => Sight(rows, change, found), cancellationToken);

    /// <summary>Everything that the question finds.</summary>
    /// <param name="transaction">Open transaction.</param>
    /// <param name="rows">The batch.</param>
    /// <param name="question">What follows the row's number.</param>
    /// <param name="values">Its parameters, of a row.</param>
    /// <param name="read">Reads a finding.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static Task<List<T>> AskAsync<T>(
        DbTransaction transaction, MySqlRows rows, string question, Func<MySqlRows, int, IEnumerable<object?>> values,
        Func<RowChange, MySqlDataReader, T> read, CancellationToken cancellationToken) =>
        AskAsync(
            transaction, rows.Count, question, row => values(rows, row), (row, found) => read(rows.Batch.Changes[row], found),
            cancellationToken);

    /// <summary>Everything that the question finds.</summary>
    /// <param name="transaction">Open transaction.</param>
    /// <param name="count">How often it is asked.</param>
    /// <param name="question">What follows the number.</param>
    /// <param name="values">Its parameters, by number.</param>
    /// <param name="read">Reads a finding.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<List<T>> AskAsync<T>(
        DbTransaction transaction, int count, string question, Func<int, IEnumerable<object?>> values,
        Func<int, MySqlDataReader, T> read, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        foreach (MySqlText text in Texts(count, question, values))
        {
            await using MySqlCommand command = text.ToCommand(transaction);
            await using MySqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) found.Add(read(PlaceOf(reader), reader));
        }

        return found;
    }

    /// <summary>The question about each row, many in one query.</summary>
    public static IEnumerable<MySqlText> Texts(MySqlRows rows, string question, Func<MySqlRows, int, IEnumerable<object?>> values) =>
        Texts(rows.Count, question, row => values(rows, row));

    /// <summary>The change that a row of the result is about.</summary>
    public static RowChange ChangeOf(MySqlRows rows, MySqlDataReader found) => rows.Batch.Changes[PlaceOf(found)];

    private static IEnumerable<MySqlText> Texts(int count, string question, Func<int, IEnumerable<object?>> values)
    {
        var texts = new List<string>();
        var parameters = new List<object?>();
        long bytes = 0;
        for (int row = 0; row < count; row++)
        {
            texts.Add(string.Create(CultureInfo.InvariantCulture, $"SELECT {row}{question}"));
            object?[] own = [.. values(row)];
            parameters.AddRange(own);
            bytes += own.Sum(MySqlBulk.Size);
            if (texts.Count < RowsPerQuery && bytes < BytesPerQuery && row < count - 1) continue;
            yield return new MySqlText(string.Join("\nUNION ALL ", texts), [.. parameters]);
            texts.Clear();
            parameters.Clear();
            bytes = 0;
        }
    }

    private static int PlaceOf(MySqlDataReader found) => Convert.ToInt32(found.GetValue(0), CultureInfo.InvariantCulture);

    /// <summary>Parameters of <see cref="MySqlSql.Look"/>, of a row.</summary>
    public static IEnumerable<object?> LookValues(MySqlRows rows, int row) =>
        [.. MySqlSql.Settable(rows.Batch).Select(c => rows.Of(row, c)), .. MySqlSql.KeyValues(rows, row)];

    /// <summary>What <see cref="MySqlSql.Look"/> found.</summary>
    public static RowSight Sight(MySqlRows rows, RowChange change, MySqlDataReader found) =>
        new(change, found.IsDBNull(1) ? null : rows.Batch.Columns[Convert.ToInt32(found.GetValue(1), CultureInfo.InvariantCulture)]);
}
