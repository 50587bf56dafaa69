using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>A row that a script returned.</summary>
/// <param name="Table">Table that it goes to, in the script's spelling; null: its own.</param>
/// <param name="IsDelete">True for a delete.</param>
/// <param name="Key">Key of a delete as a JSON array, when the script returned one; empty: the received key.</param>
/// <param name="Row">
/// JSON object: the row of an upsert, or the key of a delete by names; empty: unchanged. Values that the script did not touch keep
/// the received bytes.
/// </param>
public sealed record ScriptRow(string? Table, bool IsDelete, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Row)
{
    internal static ScriptRow Same { get; } = new(null, false, default, default);

    /// <summary>
    /// Returns the row that this answer makes of the received one. What a script's answer means is decided here and nowhere else: in the
    /// sink, in the appliers, for letters and in trials. A row that nothing was changed of equals the received one.
    /// </summary>
    /// <param name="received">The row that the script was given.</param>
    /// <param name="target">The table that the row goes to.</param>
    /// <returns>The row with the version received; null: it lacks a column of its key.</returns>
    public RowFrame? Over(in RowFrame received, IScriptTarget target)
    {
        ReadOnlyMemory<byte> image = Row.IsEmpty ? received.After : Row;
        ReadOnlyMemory<byte> key = Key;
        if (key.IsEmpty && !target.TryKeyOf(this, image, received, out key)) return null;
        // The image before the change has the key that was received: with another key it would lead to the row that is not meant.
        bool keepsBefore = target.TakesBefore && key.Span.SequenceEqual(received.Key.Span);
        return received with { Key = key, After = IsDelete ? default : image, Before = keepsBefore ? received.Before : default };
    }
}
