using Failback.Apply.Columns;
using Failback.Apply.Tables;

namespace Failback.Apply.Windows;

/// <summary>What a window or batch wants of one table: at most one change per row.</summary>
public sealed class TableChanges(int index, TargetTable table, ColumnValueReader reader, KeyMap keys)
{
    /// <summary>Place of the table in its group.</summary>
    public int Index { get; } = index;

    public TargetTable Table { get; } = table;

    public ColumnValueReader Reader { get; } = reader;

    public KeyMap Keys { get; } = keys;

    public List<RowChange> Upserts { get; } = [];

    public List<RowChange> Deletes { get; } = [];

    public bool IsEmpty => Upserts.Count == 0 && Deletes.Count == 0;
}
