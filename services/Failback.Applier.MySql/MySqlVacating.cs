using System.Data.Common;
using System.Text;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Writing;
using MySqlConnector;

namespace Failback.Applier.MySql;

/// <summary>
/// Frees unique values before they change hands. The rows that hold them are asked for; those that the window writes or deletes, and
/// that do not keep their value, give it up. A primary key is given up only by a row about to be deleted: it is deleted at once.
/// </summary>
internal static class MySqlVacating
{
    private const int HoldersPerQuery = 100;

    public static async Task<int> RunAsync(DbTransaction transaction, UniqueIndex index, MySqlRows rows, RowBatch windowKeys, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Batch.Table;
        bool primary = index.Columns.SequenceEqual(table.PrimaryKey);
        string? free = primary ? MySqlSql.DeleteFrom(table) : Free(index, table);
        if (free is null) return 0;
        HashSet<string> holders = await HoldersAsync(transaction, index, rows, cancellationToken);
        for (int row = 0; row < rows.Count; row++)
        {
            if (primary) holders.Remove(rows.Identity(row));
        }

        return holders.Count == 0 ? 0 : await FreeAsync(transaction, free, index, rows, Held(windowKeys, holders, primary), primary, cancellationToken);
    }

    /// <summary>Null when no column of the index can be given up for a moment.</summary>
    private static string? Free(UniqueIndex index, TargetTable table)
    {
        int[] candidates = [.. index.Columns.Where(c => !table.PrimaryKey.Contains(c) && !table.Columns[c].IsGenerated)];
        int nullable = Array.FindIndex(candidates, c => table.Columns[c].IsNullable);
        if (nullable >= 0) return MySqlSql.Assign(table, [candidates[nullable]], "NULL");
        int parked = Array.FindIndex(candidates, c => MySqlSql.Column(table, c).Placeholder is not null);
        return parked < 0 ? null : MySqlSql.Assign(table, [candidates[parked]], MySqlSql.Column(table, candidates[parked]).Placeholder!);
    }

    /// <summary>Keys of the rows that hold a value which a row of the batch is to have, the same row included.</summary>
    private static async Task<HashSet<string>> HoldersAsync(DbTransaction transaction, UniqueIndex index, MySqlRows rows, CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        string condition = MySqlSql.Holders(index, rows.Batch.Table);
        int[] taking = [.. Enumerable.Range(0, rows.Count).Where(r => index.Columns.All(c => rows.Of(r, c) is not null))];
        foreach (int[] part in taking.Chunk(HoldersPerQuery))
        {
            var text = new StringBuilder(MySqlSql.SelectKeys(rows.Batch.Table));
            text.AppendJoin(" OR ", part.Select(_ => condition));
            await using var command = new MySqlCommand(text.ToString(), (MySqlConnection)transaction.Connection!, (MySqlTransaction)transaction);
            foreach (int row in part)
            {
                foreach (int column in index.Columns) command.Parameters.Add(new MySqlParameter { Value = rows.Of(row, column) });
            }

            await using MySqlDataReader key = await command.ExecuteReaderAsync(cancellationToken);
            while (await key.ReadAsync(cancellationToken)) found.Add(string.Join('\u0001', Enumerable.Range(0, key.FieldCount).Select(key.GetString)));
        }

        return found;
    }

    /// <summary>The window's rows that hold a value; keys that cannot be read are reported when they are written.</summary>
    private static List<(object?[] Key, string Identity)> Held(RowBatch windowKeys, HashSet<string> holders, bool deletesOnly)
    {
        var held = new List<(object?[], string)>();
        TargetTable table = windowKeys.Table;
        for (int row = 0; row < windowKeys.Count; row++)
        {
            if (deletesOnly && !windowKeys.Changes[row].Mutation.Frame.IsDelete) continue;
            var key = new object?[windowKeys.Columns.Length];
            Failure? fault = null;
            for (int place = 0; place < key.Length && fault is null; place++) (key[place], fault) = MySqlSql.Column(table, windowKeys.Columns[place]).Bind(windowKeys.Cell(row, place));
            if (fault is not null) continue;
            string identity = string.Join('\u0001', key.Select((value, place) => MySqlSql.Column(table, windowKeys.Columns[place]).Identity(value!)));
            if (holders.Contains(identity)) held.Add((key, identity));
        }

        return held;
    }

    private static async Task<int> FreeAsync(
        DbTransaction transaction, string free, UniqueIndex index, MySqlRows rows, List<(object?[] Key, string Identity)> held, bool primary, CancellationToken cancellationToken)
    {
        TargetTable table = rows.Batch.Table;
        Dictionary<string, int> own = [];
        if (!primary)
        {
            for (int row = 0; row < rows.Count; row++) own[rows.Identity(row)] = row;
        }

        string match = MySqlSql.KeyMatch(table);
        string keeps = string.Join(" AND ", index.Columns.Select(c => $"{MySqlSql.Column(table, c).Name} <=> {MySqlSql.Column(table, c).KeyExpression}"));
        var bulk = MySqlBulk.Statements(transaction);
        foreach ((object?[] key, string identity) in held)
        {
            List<object?> values = [];
            for (int place = 0; place < key.Length; place++)
            {
                values.Add(key[place]);
                if (MySqlSql.Column(table, table.PrimaryKey[place]).Type.Folds) values.Add(key[place]);
            }

            bool rewritten = own.TryGetValue(identity, out int row);
            if (rewritten) values.AddRange(index.Columns.Select(c => rows.Of(row, c)));
            await bulk.AddAsync(rewritten ? $"{free}{match} AND NOT ({keeps})" : free + match, values, cancellationToken);
        }

        await bulk.FlushAsync(cancellationToken);
        return bulk.Affected;
    }
}
