using Failback.Contracts;

namespace Failback.Apply.Tables;

/// <summary>A target table: what the engine needs to know to write it in the right order.</summary>
public sealed class TargetTable
{
    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _folded = new(StringComparer.OrdinalIgnoreCase);

    public TargetTable(
        TableName name,
        IReadOnlyList<TargetColumn> columns,
        IReadOnlyList<int> primaryKey,
        IReadOnlyList<UniqueIndex> uniqueIndexes,
        IReadOnlyList<ForeignKey> foreignKeys)
    {
        Name = name;
        Columns = columns;
        PrimaryKey = primaryKey;
        UniqueIndexes = uniqueIndexes;
        ForeignKeys = foreignKeys;
        foreach (TargetColumn column in columns)
        {
            _exact[column.Name] = column.Ordinal;
            _folded.TryAdd(column.Name, column.Ordinal);
        }
    }

    /// <summary>Schema and table in the catalogue's own case.</summary>
    public TableName Name { get; }

    public IReadOnlyList<TargetColumn> Columns { get; }

    /// <summary>Ordinals of the primary key columns in index order; empty: none.</summary>
    public IReadOnlyList<int> PrimaryKey { get; }

    /// <summary>Unique constraints and indexes other than the primary key.</summary>
    public IReadOnlyList<UniqueIndex> UniqueIndexes { get; }

    /// <summary>Foreign keys of this table to any table, itself included.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; }

    /// <summary>True when some foreign key points back at this table.</summary>
    public bool HasSelfReference => ForeignKeys.Any(f => f.Parent == Name);

    /// <summary>False when the primary key cannot serve as conflict target of an upsert (deferrable).</summary>
    public bool CanUpsert { get; init; } = true;

    /// <summary>
    /// Triggers, rules or inheriting tables may make something else of a row than was written: after the last statement of a transaction
    /// its rows are read back.
    /// </summary>
    public bool IsReadBack { get; init; }

    /// <summary>Some trigger may run at the commit.</summary>
    public bool DefersTriggers { get; init; }

    /// <summary>Ordinal of a source column: exact name first, then regardless of case; -1: the target lacks it.</summary>
    public int FindColumn(string name) =>
        _exact.TryGetValue(name, out int ordinal) || _folded.TryGetValue(name, out ordinal) ? ordinal : -1;
}
