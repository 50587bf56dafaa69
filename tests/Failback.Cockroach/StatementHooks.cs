namespace Failback.Cockroach;

/// <summary>Lets a test act at a certain statement of a client.</summary>
public sealed class StatementHooks
{
    /// <summary>Called with the text of a statement before it is passed on, which waits for the end of the call.</summary>
    public Func<string, Task> Asked { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Called when a statement has been carried out, before the client learns of it.</summary>
    public Func<string, Task> Answered { get; set; } = static _ => Task.CompletedTask;
}
