using System.Data.Common;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;

namespace Failback.Applier.Oracle.Catalog;

/// <summary>Reads the tables that the user may see, with everything that decides how rows go in.</summary>
internal sealed class OracleCatalog : ITargetCatalog
{
    private const string OwnSuffix = "PUBLISHER_POSITION";

    public async Task<IReadOnlyList<TargetTable>> ReadAsync(
        DbConnection connection, string stagingSchema, CancellationToken cancellationToken)
    {
        var session = (OracleSession)connection;
        List<string> sets = await session.ReadAsync(OracleCatalogSql.CharacterSet, [], r => r.Text(0), cancellationToken);
        OracleCharacterSet characters = OracleCharacterSet.Of(sets[0]);
        List<TableName> names = await session.ReadAsync(OracleCatalogSql.Tables, [], Name, cancellationToken);
        Dictionary<TableName, OracleTableDraft> drafts = WithoutOurs(names).ToDictionary(n => n, n => new OracleTableDraft(n));
        await session.ReadAsync(
            OracleCatalogSql.Columns, [], row => Add(row, (draft, r) => draft.AddColumn(r, characters)), cancellationToken);
        await session.ReadAsync(OracleCatalogSql.Constraints, [], row => Add(row, (draft, r) => draft.AddConstraint(r)), cancellationToken);
        await session.ReadAsync(OracleCatalogSql.Indexes, [], row => Add(row, (draft, r) => draft.AddIndex(r)), cancellationToken);
        await session.ReadAsync(OracleCatalogSql.Triggers, [], row => Add(row, (draft, _) => draft.HasTriggers = true), cancellationToken);
        return [.. drafts.Values.Where(d => d.Columns.Count > 0).Select(d => d.Build(drafts))];

        bool Add(OracleRecord row, Action<OracleTableDraft, OracleRecord> add)
        {
            if (!drafts.TryGetValue(Name(row), out OracleTableDraft? draft)) return false;
            add(draft, row);
            return true;
        }
    }

    /// <summary>Tables of any staging name are not the target's: they are known by one of them.</summary>
    private static IEnumerable<TableName> WithoutOurs(List<TableName> names)
    {
        (string Schema, string Prefix)[] ours = [
            .. names.Where(n => n.Table == OwnSuffix || n.Table.EndsWith("_" + OwnSuffix, StringComparison.Ordinal))
                .Select(n => (n.Schema, n.Table[..^OwnSuffix.Length]))];
        HashSet<TableName> left = [.. ours.SelectMany(o => OracleStagingTables.Names.Select(t => new TableName(o.Schema, o.Prefix + t)))];
        return names.Where(n => !left.Contains(n));
    }

    private static TableName Name(OracleRecord row) => new(row.Text(0), row.Text(1));
}
