using System.Collections.Concurrent;

namespace Failback.Control.Status;

/// <summary>Since when a failback without troubles is as it is; as far back as this control has seen it.</summary>
internal sealed class ConditionDates
{
    private readonly ConcurrentDictionary<string, (string Code, DateTimeOffset Since)> _seen = new(StringComparer.Ordinal);

    /// <summary>Returns since when, and remembers it.</summary>
    public DateTimeOffset Since(string failback, string code, DateTimeOffset now) => _seen.AddOrUpdate(
        failback, (code, now), (_, known) => known.Code == code ? known : (code, now)).Since;

    /// <summary>A trouble decides: what it was before is over.</summary>
    public void Forget(string failback) => _seen.TryRemove(failback, out _);
}
