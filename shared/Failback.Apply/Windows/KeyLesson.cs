using Failback.Apply.Values;
using Failback.Contracts.Rows;

namespace Failback.Apply.Windows;

/// <summary>
/// What the rows of one table teach about their keys while they are written. Upserts are written by their columns whatever the map says,
/// but rows were named and deletes located by it: where the lesson names rows otherwise, the transaction is undone and begun again with the
/// map learned.
/// </summary>
public sealed class KeyLesson(KeyMap keys)
{
    private readonly KeyMap _known = keys;

    /// <summary>The map after all rows read so far.</summary>
    public KeyMap Learned { get; private set; } = keys;

    /// <summary>Rows named or deletes located by the map at hand may be others.</summary>
    public bool NamesOtherwise => !Learned.NamesLike(_known);

    /// <summary>Compares a row's key with its columns.</summary>
    public void Read(in RowFrame row, ReadOnlySpan<RawValue> cells) => Learned = Learned.Learn(row, cells);

    /// <summary>The same by the image of the row, for rows that a script changes before they are read.</summary>
    public void Read(in RowFrame row) => Learned = Learned.Learn(row);
}
