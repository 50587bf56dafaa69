namespace Failback.Cockroach;

/// <summary>Lets a test act at a certain statement of a client.</summary>
public sealed class StatementHooks
{
    /// <summary>Called with the text of a statement before it is passed on, which waits for the end of the call.</summary>
    public Func<string, Task> Asked { get; set; } = static _ => Task.CompletedTask;

    /// <summary>SQLSTATE with which a statement is refused in place of being passed on; null: it is passed on.</summary>
    public Func<string, string?> Refused { get; set; } = static _ => null;

    /// <summary>Called when a statement has been carried out, before the client learns of it.</summary>
    public Func<string, Task> Answered { get; set; } = static _ => Task.CompletedTask;
}
