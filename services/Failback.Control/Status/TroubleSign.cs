using Failback.Contracts.Api;

namespace Failback.Control.Status;

/// <summary>Something that looks wrong at one moment.</summary>
/// <param name="Trouble">What it is called if it lasts.</param>
internal sealed record TroubleSign(Trouble Trouble)
{
    /// <summary>Time for which it must have been there; until then it passes for ordinary.</summary>
    public TimeSpan After { get; init; }

}
