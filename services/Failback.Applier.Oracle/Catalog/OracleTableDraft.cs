using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Tables;
using Failback.Contracts;

namespace Failback.Applier.Oracle.Catalog;

/// <summary>A table while its rows of the dictionary come in.</summary>
internal sealed class OracleTableDraft(TableName name)
{
    private readonly Dictionary<string, Constraint> _constraints = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<int>> _indexes = new(StringComparer.Ordinal);

    public List<TargetColumn> Columns { get; } = [];

    public bool HasTriggers { get; set; }

    /// <summary>A row of <see cref="OracleCatalogSql.Columns"/>.</summary>
    public void AddColumn(OracleRecord row, OracleCharacterSet characters)
    {
        OracleType type = OracleColumnType.Read(row, characters);
        Columns.Add(new TargetColumn
        {
            Name = row.Text(2),
            Ordinal = Columns.Count,
            TypeName = type.Name,
            Size = type.Characters > 0 ? type.Characters : type.Precision,
            Scale = type.Scale,
            MaxBytes = type.Bytes > 0 && (type.Name == "RAW" || type.CountsBytes) ? type.Bytes : null,
            HasDefault = row.MaybeNumber(11) > 0,
            IsNullable = type.IsNullable,
            IsGenerated = row.Text(10) == "YES",
            Converter = OracleValues.For(row.Text(2), type),
        });
    }

    /// <summary>A row of <see cref="OracleCatalogSql.Constraints"/>.</summary>
    public void AddConstraint(OracleRecord row)
    {
        string constraint = row.Text(2);
        if (!_constraints.TryGetValue(constraint, out Constraint? found))
            _constraints[constraint] = found = new Constraint(
                row.Text(3), row.Text(5) == "DEFERRABLE", row.Text(6), (row.Text(7), row.Text(8)), row.Text(9) is "CASCADE" or "SET NULL",
                []);
        found.Columns.Add(Ordinal(row.Text(4)));
    }

    /// <summary>A row of <see cref="OracleCatalogSql.Indexes"/>.</summary>
    public void AddIndex(OracleRecord row)
    {
        if (!_indexes.TryGetValue(row.Text(2), out List<int>? columns)) _indexes[row.Text(2)] = columns = [];
        columns.Add(Ordinal(row.Text(3)));
    }

    /// <summary>The table; foreign keys to tables that the user may not see cannot be ordered by, and are left out.</summary>
    public TargetTable Build(IReadOnlyDictionary<TableName, OracleTableDraft> all)
    {
        Constraint? primary = _constraints.Values.FirstOrDefault(c => c.Type == "P");
        HashSet<string> backing = [.. _constraints.Values.Where(c => c.Type is "P" or "U").Select(c => c.Index)];
        IEnumerable<UniqueIndex> unique = _constraints.Where(c => c.Value.Type == "U")
            .Select(c => Index(c.Key, c.Value.Columns, c.Value.IsDeferrable))
            .Concat(_indexes.Where(i => !backing.Contains(i.Key)).Select(i => Index(i.Key, i.Value, isDeferrable: false)));
        IEnumerable<ForeignKey> foreign = _constraints.Where(c => c.Value.Type == "R").Select(c => Foreign(c.Key, c.Value, all))
            .OfType<ForeignKey>();
        HashSet<int> referenced = [
            .. all.Values.SelectMany(d => d._constraints.Values).Where(c => c.Type == "R" && c.Parent.Owner == name.Schema)
            .SelectMany(c => _constraints.GetValueOrDefault(c.Parent.Constraint)?.Columns ?? [])];
        TargetColumn[] columns = [.. Columns.Select(c => c with { IsBound = referenced.Contains(c.Ordinal) })];
        return new TargetTable(name, columns, primary is null ? [] : [.. primary.Columns], [.. unique], [.. foreign])
        {
            IsReadBack = HasTriggers,
        };
    }

    /// <summary>Rows that are NULL in every column of an index never collide, those that are NULL in some do.</summary>
    private static UniqueIndex Index(string name, List<int> columns, bool isDeferrable) =>
        new(name, columns.Contains(-1) ? [] : columns, NullsDistinct: columns.Count == 1, isDeferrable);

    private static ForeignKey? Foreign(string name, Constraint key, IReadOnlyDictionary<TableName, OracleTableDraft> all)
    {
        foreach ((TableName parent, OracleTableDraft draft) in all)
        {
            if (parent.Schema != key.Parent.Owner || !draft._constraints.TryGetValue(key.Parent.Constraint, out Constraint? referenced))
                continue;
            return new ForeignKey(
                name, key.Columns, parent, [.. referenced.Columns.Select(c => draft.Columns[c].Name)], key.IsDeferrable, key.Cascades);
        }

        return null;
    }

    /// <summary>-1: an expression.</summary>
    private int Ordinal(string column) => Columns.FindIndex(c => c.Name == column);

    private sealed record Constraint(
        string Type, bool IsDeferrable, string Index, (string Owner, string Constraint) Parent, bool Cascades, List<int> Columns);
}
