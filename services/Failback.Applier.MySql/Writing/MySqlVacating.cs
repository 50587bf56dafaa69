using System.Data.Common;
using System.Globalization;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Writing;
using MySqlConnector;

namespace Failback.Applier.MySql.Writing;

/// <summary>
/// Frees unique values before they change hands. The server is asked for the rows that hold them; keys are compared here, as texts in the
/// server's own spelling, because a collation may find keys equal that name different rows.
/// </summary>
internal static class MySqlVacating
{
    private const int RowsPerQuery = 100;

    /// <summary>Rows other than the taking row that hold a value which a row of the batch is to have.</summary>
    public static async Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        DbTransaction transaction, UniqueIndex index, MySqlRows rows, CancellationToken cancellationToken)
    {
        var found = new List<ValueHolder>();
        foreach (MySqlText text in HolderTexts(index, rows))
        {
            await using MySqlCommand command = text.ToCommand(transaction);
            await using MySqlDataReader key = await command.ExecuteReaderAsync(cancellationToken);
            while (await key.ReadAsync(cancellationToken)) found.AddRange(HolderOf(rows, key));
        }

        return found;
    }

    /// <summary>Queries for the rows that hold values of the index which rows of the batch are to have.</summary>
    public static IEnumerable<MySqlText> HolderTexts(UniqueIndex index, MySqlRows rows)
    {
        string select = MySqlSql.SelectKeys(rows.Batch.Table);
        string condition = MySqlSql.Holders(index, rows.Batch.Table);
        IEnumerable<int> taking = Enumerable.Range(0, rows.Count).Where(r => index.Columns.All(c => rows.Of(r, c) is not null));
        foreach (int[] part in taking.Chunk(RowsPerQuery))
        {
            IEnumerable<string> queries = part.Select(
                row => string.Create(CultureInfo.InvariantCulture, $"SELECT {row}, {select}{condition}"));
            yield return new MySqlText(
                string.Join("\nUNION ALL ", queries), [.. part.SelectMany(row => index.Columns.Select(column => rows.Of(row, column)))]);
        }
    }

    /// <summary>A row of their results; nothing where a row holds its own value.</summary>
    public static IEnumerable<ValueHolder> HolderOf(MySqlRows rows, MySqlDataReader key)
    {
        int taker = Convert.ToInt32(key.GetValue(0), CultureInfo.InvariantCulture);
        KeyText holder = KeyText.Of([.. Enumerable.Range(1, key.FieldCount - 1).Select(key.GetString)]);
        if (holder != rows.Identity(taker)) yield return new ValueHolder(rows.Batch.Changes[taker], holder);
    }

    /// <summary>Changes whose key is one of the holders.</summary>
    public static IReadOnlyList<HeldRow> Match(MySqlRows keys, IReadOnlyList<KeyText> holders)
    {
        HashSet<KeyText> wanted = [.. holders];
        IEnumerable<HeldRow> rows = Enumerable.Range(0, keys.Count).Select(row => new HeldRow(keys.Batch.Changes[row], keys.Identity(row)));
        return [.. rows.Where(r => wanted.Contains(r.Key))];
    }

    /// <summary>Gives a column of the index NULL or a value of chance, for rows still to be named.</summary>
    public static string Free(UniqueIndex index, TargetTable table)
    {
        int parked = Parked(index, table);
        string value = UniqueParking.TakesNull(index, table.Columns[parked]) ? "NULL" : MySqlSql.Column(table, parked).Placeholder!;
        return MySqlSql.Assign(table, [parked], value);
    }

    /// <summary>Ordinal of the column that is given up; -1: none can be.</summary>
    public static int Parked(UniqueIndex index, TargetTable table) =>
        UniqueParking.Choose(index, table, ordinal => MySqlSql.Column(table, ordinal).Placeholder is not null);
}
