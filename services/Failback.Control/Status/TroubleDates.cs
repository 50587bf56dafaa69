using System.Collections.Concurrent;
using Failback.Contracts.Api;

namespace Failback.Control.Status;

/// <summary>
/// Since when troubles are there. What is seen for the first time is new, unless the events of the failback say that it began earlier, so
/// that a restart of control makes no trouble younger.
/// </summary>
/// <param name="happened">Returns the events of a failback, in their order.</param>
internal sealed class TroubleDates(Func<string, IReadOnlyList<FailbackEvent>> happened)
{
    private readonly ConcurrentDictionary<string, Dictionary<(string Code, string? Table), DateTimeOffset>> _since = new(
        StringComparer.Ordinal);

    /// <summary>Returns the troubles that the signs have become, each with the time since when, and forgets those that are over.</summary>
    public IReadOnlyList<Trouble> Stamp(string failback, IEnumerable<TroubleSign> signs, DateTimeOffset now)
    {
        Dictionary<(string Code, string? Table), DateTimeOffset> known = _since.GetOrAdd(failback, Begun);
        var troubles = new List<Trouble>();
        lock (known)
        {
            var seen = new HashSet<(string Code, string? Table)>();
            foreach (TroubleSign sign in signs)
            {
                (string Code, string? Table) key = (sign.Trouble.Code, sign.Trouble.Table);
                if (!seen.Add(key)) continue;
                if (!known.TryGetValue(key, out DateTimeOffset first)) known[key] = first = now;
                DateTimeOffset since = sign.Trouble.Since ?? first;
                if (now - since >= sign.After) troubles.Add(sign.Trouble with { Since = since });
            }

            foreach ((string Code, string? Table) over in known.Keys.Where(key => !seen.Contains(key)).ToArray()) known.Remove(over);
        }

        return troubles;
    }

    /// <summary>Forgets a failback that is gone.</summary>
    public void Keep(IReadOnlySet<string> failbacks)
    {
        foreach (string gone in _since.Keys.Where(name => !failbacks.Contains(name))) _since.TryRemove(gone, out _);
    }

    private Dictionary<(string Code, string? Table), DateTimeOffset> Begun(string failback)
    {
        var begun = new Dictionary<(string Code, string? Table), DateTimeOffset>();
        foreach (FailbackEvent one in happened(failback))
        {
            if (one is { Type: "trouble", Code: { } code }) begun.TryAdd((code, one.Table), one.At);
            if (one is { Type: "over", Code: { } over }) begun.Remove((over, one.Table));
        }

        return begun;
    }
}
