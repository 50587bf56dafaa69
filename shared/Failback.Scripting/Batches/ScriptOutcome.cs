namespace Failback.Scripting.Batches;

/// <summary>What a script made of one row.</summary>
/// <param name="Rows">What goes on; empty: the row was dropped. Meaningless with an error.</param>
/// <param name="Error">The script failed on the row; null: it did not.</param>
public readonly record struct ScriptOutcome(IReadOnlyList<ScriptRow> Rows, ScriptError? Error)
{
    /// <summary>The row goes on as it came.</summary>
    public static ScriptOutcome Unchanged { get; } = new([ScriptRow.Same], null);

    /// <summary>The row was dropped.</summary>
    public static ScriptOutcome Dropped { get; } = new([], null);

    /// <summary>The row goes on as it came, to its own table.</summary>
    public bool IsUnchanged => ReferenceEquals(Rows, Unchanged.Rows);

    /// <summary>The row was dropped.</summary>
    public bool IsDropped => Error is null && Rows.Count == 0;
}

/// <summary>A row that a script answered.</summary>
/// <param name="Table">Table it goes to, as the script spells it; null: its own.</param>
/// <param name="IsDelete">The row is to be deleted.</param>
/// <param name="Key">JSON array, where a delete's key was answered as one; empty: the key that came.</param>
/// <param name="Row">
/// JSON object: the row of an upsert, or the key of a delete by names; empty: as it came. Values that the script did not touch are the
/// bytes received.
/// </param>
public sealed record ScriptRow(string? Table, bool IsDelete, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Row)
{
    internal static ScriptRow Same { get; } = new(null, false, default, default);
}

/// <summary>A script's failure on a row.</summary>
/// <param name="Message">What it threw.</param>
/// <param name="Line">Line of the operator's source; 0: not known.</param>
public sealed record ScriptError(string Message, int Line)
{
    /// <summary>For people.</summary>
    public override string ToString() => Line > 0 ? $"line {Line}: {Message}" : Message;
}
