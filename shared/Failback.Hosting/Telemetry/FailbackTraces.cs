using System.Diagnostics;

namespace Failback.Hosting.Telemetry;

/// <summary>
/// The way of rows from the webhook over the queue to the commit. Names and tags of spans hold names of failbacks, queues and tables,
/// counts and timestamps: never keys, rows, addresses or credentials.
/// </summary>
public static class FailbackTraces
{
    /// <summary>The source of all spans; without a listener nothing is made.</summary>
    public static readonly ActivitySource Source = new("Failback");

    /// <summary>Where the work stands in a trace of this source, as <c>traceparent</c>; null: it is not recorded.</summary>
    public static string? CurrentId => IsWithin ? Activity.Current!.Id : null;

    private static bool IsWithin => Activity.Current is { Recorded: true } current && current.Source == Source;

    /// <summary>Begins a part of a trace of this source; null: none is recorded.</summary>
    public static Activity? StartPart(string name, ActivityKind kind) => IsWithin ? Source.StartActivity(name, kind) : null;

    /// <summary>Begins a trace of its own: what a sender says about its traces decides nothing here.</summary>
    public static Activity? StartRoot(string name, ActivityKind kind, IEnumerable<ActivityLink>? links = null)
    {
        if (!Source.HasListeners()) return null;
        Activity? around = Activity.Current;
        Activity.Current = null;
        Activity? begun = Source.StartActivity(name, kind, default(ActivityContext), links: links);
        if (begun is null) Activity.Current = around;
        return begun;
    }
}
