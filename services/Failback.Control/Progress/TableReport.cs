using Failback.Contracts.Control;

namespace Failback.Control.Progress;

/// <summary>The last report about one table.</summary>
internal sealed record TableReport(long Epoch, string Replica, string Activity, DateTimeOffset At, TableProgress Progress)
{
    /// <summary>As <see cref="ApplierProgress.Life"/>.</summary>
    public string Life { get; init; } = "";
}
