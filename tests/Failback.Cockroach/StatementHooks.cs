namespace Failback.Cockroach;

/// <summary>Hooks by which a test acts at certain statements of a client.</summary>
public sealed class StatementHooks
{
    /// <summary>Called with the text of a statement before it is passed on; the statement waits until the call ends.</summary>
    public Func<string, Task> Asked { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Returns the SQLSTATE with which a statement is refused, or null to pass it on.</summary>
    public Func<string, string?> Refused { get; set; } = static _ => null;

    /// <summary>Called when a statement has been carried out, before the client learns of it.</summary>
    public Func<string, Task> Answered { get; set; } = static _ => Task.CompletedTask;
}
