using Failback.Apply.Windows;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;

namespace Failback.Apply.Rows;

/// <summary>A table of the target as its handlers send rows to it: by the names of its own key columns, in their order.</summary>
/// <param name="keys">The key of the target's columns.</param>
/// <param name="received">The key as rows are received.</param>
internal sealed class TableTarget(KeyMap keys, KeyMap received) : IScriptTarget
{
    /// <summary>The image before the change has the columns of the source, which the handlers may have named otherwise.</summary>
    public bool TakesBefore => false;

    public bool TryKeyOf(ScriptRow made, ReadOnlyMemory<byte> image, in RowFrame row, out ReadOnlyMemory<byte> key)
    {
        if (keys.TryKeyOf(image, out key)) return true;
        // A delete by names has to name every column; an upsert without one of them keeps the key that was received.
        key = received.InTargetOrder(row);
        return made is not { IsDelete: true, Row.IsEmpty: false };
    }
}
