namespace Failback.Contracts.Api;

/// <summary>Something that keeps a failback from running well; it is over when it is no longer there.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Table">Table concerned; null: the whole failback.</param>
/// <param name="Message">What is wrong, what it means and what to do.</param>
public sealed record Trouble(string Code, string? Table, string Message)
{
    /// <summary>Since when; null: not dated by the control that shows it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Rows, tables or processes concerned, where they are counted.</summary>
    public long? Count { get; init; }

    /// <summary>The next command or step.</summary>
    public string? Next { get; init; }
}
