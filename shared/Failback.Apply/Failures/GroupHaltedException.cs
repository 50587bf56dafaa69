namespace Failback.Apply.Failures;

/// <summary>The group cannot go on until something outside changes; the message says what to do.</summary>
public sealed class GroupHaltedException : Exception
{
    public GroupHaltedException(Failure failure, string? table = null) : base(failure.Message)
    {
        Failure = failure;
        Table = table;
    }

    public Failure Failure { get; }

    /// <summary>Target table at fault, when there is one.</summary>
    public string? Table { get; }
}
