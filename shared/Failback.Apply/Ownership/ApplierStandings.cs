using System.Collections.Concurrent;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Ownership;

/// <summary>
/// Where this replica stands with each failback of its dialect: what it works by, whether it still holds tables, and what hinders it. What
/// control says of pause and stop rests on it, so an order counts as followed only after everything that it takes away was given back.
/// </summary>
internal sealed class ApplierStandings(OwnedGroups owned, TargetContacts contacts, IOptions<ApplierOptions> options, TimeProvider time)
    : IPulseSource
{
    private readonly ConcurrentDictionary<string, FailbackStanding> _standings = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _fenced = new(StringComparer.Ordinal);

    public ServicePulse Take(string service) => new(service, options.Value.Replica)
    {
        Failbacks = [.. _standings.Values.OrderBy(standing => standing.Failback, StringComparer.Ordinal).Select(Now)],
    };

    /// <summary>The replica works by a revision now; what a former one ordered is given back.</summary>
    /// <param name="spec">The failback.</param>
    /// <param name="isAtWork">It may hold tables from now on.</param>
    /// <param name="problem">Why it can do nothing for it; null: it can.</param>
    public void Follow(FailbackSpec spec, bool isAtWork, string? problem = null) =>
        _standings[spec.Name] = new FailbackStanding(spec.Name, spec.Revision, spec.State) { IsAtWork = isAtWork, Problem = problem };

    /// <summary>Forgets failbacks that are gone.</summary>
    public void Keep(IReadOnlySet<string> failbacks)
    {
        foreach (string gone in _standings.Keys.Where(name => !failbacks.Contains(name)))
        {
            _standings.TryRemove(gone, out _);
            _fenced.TryRemove(gone, out _);
        }
    }

    /// <summary>No former owner of the tables can commit anything that a revision forbids.</summary>
    public void Fenced(string failback, long revision) =>
        _fenced.AddOrUpdate(failback, revision, (_, known) => Math.Max(known, revision));

    private FailbackStanding Now(FailbackStanding standing)
    {
        (string Table, DateTimeOffset Since)? busy = owned.Busy(standing.Failback);
        return standing with
        {
            BusyTable = busy?.Table,
            BusySeconds = busy is { } work ? Math.Round((time.GetUtcNow() - work.Since).TotalSeconds, 1) : null,
            TargetSilentSeconds = standing.IsAtWork ? contacts.SilenceOf(standing.Failback)?.TotalSeconds : null,
            FencedRevision = _fenced.GetValueOrDefault(standing.Failback),
        };
    }
}
