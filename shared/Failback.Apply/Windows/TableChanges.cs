using Failback.Apply.Columns;
using Failback.Apply.Tables;

namespace Failback.Apply.Windows;

/// <summary>What a window or batch wants of one table: at most one change per row.</summary>
public sealed class TableChanges
{
    private readonly bool _teaches;

    public TableChanges(int index, TargetTable table, ColumnValueReader reader, KeyMap keys)
        : this(index, table, reader, keys, new KeyLesson(keys), teaches: true)
    {
    }

    private TableChanges(int index, TargetTable table, ColumnValueReader reader, KeyMap keys, KeyLesson lesson, bool teaches)
    {
        Index = index;
        Table = table;
        Reader = reader;
        Keys = keys;
        Lesson = lesson;
        _teaches = teaches;
    }

    /// <summary>Place of the table in its group.</summary>
    public int Index { get; }

    public TargetTable Table { get; }

    public ColumnValueReader Reader { get; }

    public KeyMap Keys { get; }

    /// <summary>What the rows show about their keys; shared by all that is made of the changes.</summary>
    public KeyLesson Lesson { get; }

    /// <summary>Takes the comparison of a row's key with its columns; null: the keys are not the feed's.</summary>
    internal KeyLesson? Teaching => _teaches ? Lesson : null;

    public List<RowChange> Upserts { get; } = [];

    public List<RowChange> Deletes { get; } = [];

    public bool IsEmpty => Upserts.Count == 0 && Deletes.Count == 0;

    /// <summary>None yet of the same table.</summary>
    internal TableChanges Empty() => new(Index, Table, Reader, Keys, Lesson, _teaches);

    /// <summary>None yet, for rows that a script makes, with keys of its own.</summary>
    internal TableChanges Made(KeyMap keys) => new(Index, Table, Reader, keys, Lesson, teaches: false);
}
