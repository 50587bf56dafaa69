using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Apply.Windows;

namespace Failback.Apply.Dialects;

/// <summary>
/// Rows of one table that carry the same columns, ready for one bulk statement. Cells lie row by row; the changes they came from
/// are at the same index.
/// </summary>
public sealed class RowBatch(TargetTable table, int[] columns, RawValue[] cells, RowChange[] changes)
{
    public TargetTable Table { get; } = table;

    /// <summary>Ordinals of the columns the rows carry, in catalogue order; for deletes the primary key in index order.</summary>
    public int[] Columns { get; } = columns;

    public RowChange[] Changes { get; } = changes;

    public int Count => Changes.Length;

    /// <summary>Bytes of all values, as received.</summary>
    public long Bytes => cells.Sum(c => (long)c.Json.Length);

    /// <summary>What the dialect made of the values ahead of their statement; null: nothing yet.</summary>
    public object? Prepared { get; set; }

    /// <summary>Value of row <paramref name="row"/> in <c>Columns[column]</c>.</summary>
    public RawValue Cell(int row, int column) => cells[(row * Columns.Length) + column];

    /// <summary>The rows from <paramref name="start"/> on.</summary>
    public RowBatch Slice(int start, int count) =>
        new(Table, Columns, cells[(start * Columns.Length)..((start + count) * Columns.Length)], Changes[start..(start + count)]);

    /// <summary>The rows at <paramref name="rows"/>.</summary>
    public RowBatch Pick(IReadOnlyList<int> rows)
    {
        var picked = new RawValue[rows.Count * Columns.Length];
        for (int i = 0; i < rows.Count; i++) Array.Copy(cells, rows[i] * Columns.Length, picked, i * Columns.Length, Columns.Length);
        return new RowBatch(Table, Columns, picked, [.. rows.Select(r => Changes[r])]);
    }

    /// <summary>The same rows with only the columns at the given ordinals, in that order; all must be carried.</summary>
    public RowBatch Project(IReadOnlyList<int> ordinals)
    {
        int[] places = [.. ordinals.Select(o => Array.IndexOf(Columns, o))];
        var projected = new RawValue[Count * places.Length];
        for (int row = 0; row < Count; row++)
        {
            for (int i = 0; i < places.Length; i++) projected[(row * places.Length) + i] = Cell(row, places[i]);
        }

        return new RowBatch(Table, [.. ordinals], projected, Changes);
    }
}
