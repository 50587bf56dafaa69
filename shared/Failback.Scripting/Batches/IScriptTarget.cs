using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>The table that a row made by a script goes to, as far as the meaning of the row depends on it.</summary>
public interface IScriptTarget
{
    /// <summary>
    /// True where the image of the row before the change says something about the row that was made: it has the columns of the received
    /// row.
    /// </summary>
    bool TakesBefore { get; }

    /// <summary>Finds the key of a row to which the script gave none; false when the row lacks a column of the key.</summary>
    /// <param name="made">The row that the script returned.</param>
    /// <param name="image">Its image; of a delete by names, the columns of its key; empty: there is none.</param>
    /// <param name="received">The row that the script was given.</param>
    /// <param name="key">JSON array of the key.</param>
    bool TryKeyOf(ScriptRow made, ReadOnlyMemory<byte> image, in RowFrame received, out ReadOnlyMemory<byte> key);
}
