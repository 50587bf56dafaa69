using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Writing;

namespace Failback.Applier.Oracle.Writing;

/// <summary>
/// Frees unique values before they change hands. The rows that hold them are asked for; those that the window writes or deletes give them
/// up for NULL or for a value of chance.
/// </summary>
internal static class OracleVacating
{
    private const int RowsPerQuery = 50;

    /// <summary>The rows named by the keys give up columns of the index.</summary>
    public static Task<int> FreeAsync(OracleSession session, UniqueIndex index, OracleRows keys, CancellationToken cancellationToken)
    {
        TargetTable table = keys.Table;
        int[] parked = Parked(index, table);
        bool nulls = parked.All(c => table.Columns[c].IsNullable);
        OracleArgument[] values = [.. parked.Select(c => Array("p", table, c, Enumerable.Range(0, keys.Count).Select(_ => Value(c))))];
        return session.RunAsync(
            OracleSql.Park(table, parked), [.. values, .. keys.Arrays(table.PrimaryKey)], cancellationToken, keys.Count);

        object? Value(int ordinal) => nulls ? null : OracleSql.Column(table, ordinal).Placeholder();
    }

    /// <summary>
    /// All columns of the index when all may be NULL, for only such rows never collide in Oracle; otherwise one that has values of chance;
    /// none when nothing can be given up.
    /// </summary>
    public static int[] Parked(UniqueIndex index, TargetTable table)
    {
        int[] free = [
            .. index.Columns.Where(c => !table.PrimaryKey.Contains(c) && !table.Columns[c].IsGenerated && !table.Columns[c].IsInsertOnly)];
        bool nulls = free.Length == index.Columns.Count && free.All(c => table.Columns[c].IsNullable);
        int chosen = UniqueParking.Choose(
            index with { NullsDistinct = false }, table, ordinal => OracleSql.Column(table, ordinal).Placeholder() is not null);
        if (nulls && (chosen < 0 || Bound(chosen) || !free.Any(Bound))) return free;
        return chosen < 0 ? [] : [chosen];

        bool Bound(int ordinal) => UniqueParking.IsBound(table, table.Columns[ordinal]);
    }

    /// <summary>Rows other than the taking row that hold a value which a row of the batch is to have.</summary>
    public static async Task<IReadOnlyList<ValueHolder>> FindHoldersAsync(
        OracleSession session, UniqueIndex index, OracleRows rows, CancellationToken cancellationToken)
    {
        var found = new List<ValueHolder>();
        TargetTable table = rows.Table;
        if (!OracleSql.HasIdentity(table)) return found;
        int[] taking = [.. Enumerable.Range(0, rows.Count).Where(r => index.Columns.Any(c => rows.Of(r, c) is not null))];
        foreach (int[] part in taking.Chunk(RowsPerQuery))
        {
            string sql = string.Join(
                "\nUNION ALL ",
                part.Select(r => OracleSql.Holders(index, table, r, [.. index.Columns.Select(c => rows.Of(r, c) is null)])));
            OracleArgument[] arguments = [
                .. part.SelectMany(r => rows.Single(r, index.Columns.Where(c => rows.Of(r, c) is not null).Union(table.PrimaryKey)))];
            found.AddRange(await session.ReadAsync(sql, arguments, Holder, cancellationToken));
        }

        return found;

        ValueHolder Holder(OracleRecord row) => new(rows.Batch.Changes[int.Parse(row.Text(0), CultureInfo.InvariantCulture)], KeyOf(row));

        KeyText KeyOf(OracleRecord row) =>
            KeyText.Of([.. table.PrimaryKey.Select((c, i) => OracleSql.Column(table, c).Normal(row.Text(i + 1)))]);
    }

    /// <summary>Changes whose key is one of the holders.</summary>
    public static IReadOnlyList<HeldRow> Match(OracleRows keys, IReadOnlyList<KeyText> holders)
    {
        HashSet<KeyText> wanted = [.. holders];
        return
        [
            .. Enumerable.Range(0, keys.Count).Select(row => (Change: keys.Batch.Changes[row], Key: keys.Identity(row)))
                .Where(r => r.Key is { } key && wanted.Contains(key)).Select(r => new HeldRow(r.Change, r.Key!.Value)),
        ];
    }

    private static OracleArgument Array(string prefix, TargetTable table, int ordinal, IEnumerable<object?> values) => new(
        prefix + ordinal.ToString(CultureInfo.InvariantCulture), OracleSql.Column(table, ordinal).Kind,
        OracleRows.ArrayOf(OracleSql.Column(table, ordinal).Kind, [.. values]));
}
