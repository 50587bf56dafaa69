namespace Failback.Scripting.Batches;

/// <summary>The result of a script for one row.</summary>
/// <param name="Rows">Rows to pass on; empty when the row was dropped. Meaningless with an error.</param>
/// <param name="Error">The script's failure on the row; null when it succeeded.</param>
public readonly record struct ScriptOutcome(IReadOnlyList<ScriptRow> Rows, ScriptError? Error)
{
    /// <summary>The row passes unchanged.</summary>
    public static ScriptOutcome Unchanged { get; } = new([ScriptRow.Same], null);

    /// <summary>The row was dropped.</summary>
    public static ScriptOutcome Dropped { get; } = new([], null);

    /// <summary>True when the row passes unchanged, to its own table.</summary>
    public bool IsUnchanged => ReferenceEquals(Rows, Unchanged.Rows);

    /// <summary>The row was dropped.</summary>
    public bool IsDropped => Error is null && Rows.Count == 0;
}

/// <summary>A script's failure on a row.</summary>
/// <param name="Message">Text of the error.</param>
/// <param name="Line">Line of the operator's source, from 1; 0: not known.</param>
public sealed record ScriptError(string Message, int Line)
{
    /// <summary>Returns line and message for people.</summary>
    public override string ToString() => Line > 0 ? $"line {Line}: {Message}" : Message;
}
