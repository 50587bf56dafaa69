using Failback.Contracts;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>
/// How far the making or ending of a changefeed got; stored before each step, so that a repeated call goes on from there.
/// </summary>
internal enum FeedPhase
{
    /// <summary>The cursor may be taken, nothing else was done.</summary>
    None,

    /// <summary>The statement is about to be run, or was.</summary>
    Creating,

    /// <summary>The job is known.</summary>
    Created,

    /// <summary>The job is about to be cancelled, or was.</summary>
    Cancelling,

    /// <summary>No job is left.</summary>
    Cancelled,
}

/// <summary>What control keeps of the changefeed it manages; the cluster remains the authority.</summary>
internal sealed record ManagedFeed
{
    public FeedPhase Phase { get; init; }

    /// <summary>Time of the first start, before anything else was done: every later change is sent.</summary>
    public string? Cursor { get; init; }

    /// <summary>The definition's cursor when the last feed was created: another one since then is obeyed.</summary>
    public string? AskedCursor { get; init; }

    /// <summary>Cursor of the present feed.</summary>
    public string? StartedFrom { get; init; }

    /// <summary>Highest high water seen: everything at or before it is in our queues or applied. A new feed begins here.</summary>
    public string? HighWater { get; init; }

    public string? JobId { get; init; }

    /// <summary>Digest of sink and options of the feed that control created; null for one that was taken over.</summary>
    public string? Digest { get; init; }

    /// <summary>External connection that was made for the feed; null: none.</summary>
    public string? Connection { get; init; }

    /// <summary>An operator paused the job, so starting does not resume it.</summary>
    public bool PausedByOperator { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public string? Status { get; init; }

    public string? RunningStatus { get; init; }

    public string? Error { get; init; }

    /// <summary>Tables of the source that the filters choose and the failback does not have.</summary>
    public IReadOnlyList<string> NewTables { get; init; } = [];

    /// <summary>Tables whose key was altered since the start.</summary>
    public IReadOnlyList<ChangedKey> ChangedKeys { get; init; } = [];

    /// <summary>When tables were last looked for.</summary>
    public DateTimeOffset? TablesCheckedAt { get; init; }

    /// <summary>Why the cluster could not be asked the last time; null when it could.</summary>
    public string? CheckError { get; init; }

    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>The same with what a job shows; the high water never goes back.</summary>
    public ManagedFeed With(FeedJob job, DateTimeOffset now) => this with
    {
        Status = job.Status,
        RunningStatus = SourceText.Clean(job.RunningStatus),
        Error = SourceText.Clean(job.Error),
        CheckError = null,
        CheckedAt = now,
        HighWater = Later(HighWater, job.HighWater),
    };

    private static string? Later(string? known, HlcTimestamp? seen) =>
        seen is not { } mark || (HlcTimestamp.TryParse(known, out HlcTimestamp before) && before >= mark) ? known : mark.ToString();
}
