using Failback.Applier.Oracle.Connection;
using Failback.Apply.Inspection;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Applier.Oracle.Inspection;

/// <summary>Finds foreign keys whose rows no index finds: a delete of a parent then reads and locks the whole child.</summary>
internal sealed class OracleIndexFindings(OracleSession session, HashSet<TableName> tables)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var keys = (await session.ReadAsync(
            OracleInspectionSql.ForeignKeyColumns, [], row => (Child: Name(row, 0), Key: row.Text(2), Column: row.Text(3)),
            cancellationToken))
            .GroupBy(row => (row.Child, row.Key), row => row.Column);
        ILookup<TableName, string[]> indexes = (await session.ReadAsync(
            OracleInspectionSql.IndexColumns, [], row => (Table: Name(row, 0), Index: row.Text(2), Column: row.Text(3)), cancellationToken))
            .GroupBy(row => (row.Table, row.Index), row => row.Column).ToLookup(index => index.Key.Table, index => index.ToArray());
        Dictionary<(TableName, string), TableName> parents = (await session.ReadAsync(
            OracleInspectionSql.ForeignKeys("ALL_CONSTRAINTS"), [], row => (Key: (Name(row, 0), row.Text(4)), Parent: Name(row, 2)),
            cancellationToken)).ToDictionary(row => row.Key, row => row.Parent);
        return
        [
            .. from key in keys
               let columns = key.ToArray()
               where parents.TryGetValue(key.Key, out TableName parent) && tables.Contains(parent)
               where !indexes[key.Key.Child].Any(index => columns.All(index.Take(columns.Length).Contains))
               select UnindexedFinding.Of(
                   key.Key.Child, key.Key.Key, parents[key.Key],
                   $"CREATE INDEX {OracleName.Quote(key.Key.Child with { Table = key.Key.Key + "_FK" })} ON "
                       + $"{OracleName.Quote(key.Key.Child)} ({string.Join(", ", columns.Select(OracleName.Quote))});"),
        ];
    }

    private static TableName Name(OracleRecord row, int column) => new(row.Text(column), row.Text(column + 1));
}
