using System.Globalization;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Writing;

namespace Failback.Applier.Oracle;

/// <summary>
/// Frees unique values before they change hands. The rows that hold them are asked for; those that the window writes or deletes give them up
/// for NULL or for a value of chance.
/// </summary>
internal static class OracleVacating
{
    private const int RowsPerQuery = 50;

    public static async Task<int> RunAsync(OracleSession session, UniqueIndex index, OracleRows rows, RowBatch windowKeys, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Table;
        int[] parked = Parked(index, table);
        if (parked.Length == 0 || !OracleSql.HasIdentity(table)) return 0;
        HashSet<string> holders = await HoldersAsync(session, index, rows, cancellationToken);
        if (holders.Count == 0) return 0;
        List<object?[]> held = Held(windowKeys, holders);
        if (held.Count == 0) return 0;
        bool nulls = parked.All(c => table.Columns[c].IsNullable);
        IEnumerable<OracleArgument> keys = table.PrimaryKey.Select((c, i) => Array("c", table, c, held.Select(h => h[i])));
        IEnumerable<OracleArgument> values = parked.Select(c => Array("p", table, c, held.Select(_ => nulls ? null : OracleSql.Column(table, c).Placeholder())));
        return await session.RunAsync(OracleSql.Park(table, parked), [.. values, .. keys], cancellationToken, held.Count);
    }

    /// <summary>
    /// All columns of the index when all may be NULL, for only such rows never collide in Oracle; otherwise one that has values of chance; none
    /// when nothing can be given up.
    /// </summary>
    private static int[] Parked(UniqueIndex index, TargetTable table)
    {
        int[] free = [.. index.Columns.Where(c => !table.PrimaryKey.Contains(c) && !table.Columns[c].IsGenerated && !table.Columns[c].IsInsertOnly)];
        if (free.Length == index.Columns.Count && free.All(c => table.Columns[c].IsNullable)) return free;
        int[] random = [.. free.Where(c => OracleSql.Column(table, c).Placeholder() is not null)];
        return random.Length == 0 ? [] : [System.Array.Find(random, c => !table.Columns[c].IsNullable) is > 0 and var first ? first : random[0]];
    }

    /// <summary>Keys of other rows that hold a value which a row of the batch is to have.</summary>
    private static async Task<HashSet<string>> HoldersAsync(OracleSession session, UniqueIndex index, OracleRows rows, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        TargetTable table = rows.Table;
        int[] taking = [.. Enumerable.Range(0, rows.Count).Where(r => index.Columns.Any(c => rows.Of(r, c) is not null))];
        foreach (int[] part in taking.Chunk(RowsPerQuery))
        {
            string sql = string.Join("\nUNION ALL ", part.Select(r => OracleSql.Holders(index, table, r, [.. index.Columns.Select(c => rows.Of(r, c) is null)])));
            OracleArgument[] arguments = [.. part.SelectMany(r => rows.Single(r, index.Columns.Where(c => rows.Of(r, c) is not null).Union(table.PrimaryKey)))];
            found.UnionWith(await session.ReadAsync(
                sql, arguments, k => string.Join('\u0001', table.PrimaryKey.Select((c, i) => OracleSql.Column(table, c).Normal(k.Text(i)))), cancellationToken));
        }

        return found;
    }

    /// <summary>Keys of the window's rows that hold a value; keys that cannot be read are reported when they are written.</summary>
    private static List<object?[]> Held(RowBatch windowKeys, HashSet<string> holders)
    {
        var held = new List<object?[]>();
        TargetTable table = windowKeys.Table;
        for (int row = 0; row < windowKeys.Count; row++)
        {
            var key = new object?[windowKeys.Columns.Length];
            Failure? fault = null;
            for (int place = 0; place < key.Length && fault is null; place++) (key[place], fault) = OracleSql.Column(table, windowKeys.Columns[place]).Bind(windowKeys.Cell(row, place));
            if (fault is null && holders.Contains(string.Join('\u0001', key.Select((value, place) => OracleSql.Column(table, windowKeys.Columns[place]).Identity(value!))))) held.Add(key);
        }

        return held;
    }

    private static OracleArgument Array(string prefix, TargetTable table, int ordinal, IEnumerable<object?> values) => new(
        prefix + ordinal.ToString(CultureInfo.InvariantCulture), OracleSql.Column(table, ordinal).Kind, OracleRows.ArrayOf(OracleSql.Column(table, ordinal).Kind, [.. values]));
}
