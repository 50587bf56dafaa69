using System.Collections.Concurrent;
using Failback.Apply.Failures;
using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Groups;

/// <summary>
/// Compares the checkpoints that the target shows with what was known of them outside of target and queues: by this process, and by
/// control. Publisher numbers prove that nothing is missing within one publisher only; a target that was put back, or made anew, would go
/// on over the gap as soon as the sinks number anew.
/// </summary>
/// <param name="ask">Asks control how far the tables of a failback were; null: control does not answer.</param>
internal sealed class ContinuityGuard(Func<string, CancellationToken, Task<Witness?>> ask)
{
    private readonly ConcurrentDictionary<string, TableWitness> _proven = new(StringComparer.Ordinal);

    /// <summary>A guard without control, which knows what this process has seen and no more.</summary>
    public static ContinuityGuard Alone() => new((_, _) => Task.FromResult<Witness?>(new Witness([])));

    /// <summary>Compares what the target shows before its tables are taken over.</summary>
    /// <param name="failback">The failback.</param>
    /// <param name="routes">The tables.</param>
    /// <param name="shown">Their checkpoints as the target has them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="GroupHaltedException">A table shows less than was known, or nothing outside the target knows it.</exception>
    public async Task CheckAsync(
        string failback, IReadOnlyList<TableRoute> routes, IReadOnlyList<TableCheckpoint> shown, CancellationToken cancellationToken)
    {
        foreach (TableRoute route in routes)
        {
            if (_proven.TryGetValue(route.Queue, out TableWitness? known)) Compare(failback, known, shown);
        }

        if (await ask(failback, cancellationToken) is { } witness)
        {
            foreach (TableWitness known in witness.Tables.Where(t => routes.Any(r => r.Target == t.Table))) Compare(failback, known, shown);
        }
        else if (routes.FirstOrDefault(r => !_proven.ContainsKey(r.Queue)) is { } unknown)
        {
            throw new GroupHaltedException(
                new Failure(
                    FailureKind.Unknown, ContinuityCodes.Unknown,
                    $"control does not answer, and only it knows how far {unknown.Target} was before: start control; the applier waits, "
                        + "and rows wait in the queues"),
                unknown.Target);
        }
    }

    /// <summary>Remembers where a table is that this process owns. After a rewind a table has another queue and is another table.</summary>
    public void Note(TableRoute route, TableCheckpoint checkpoint) => _proven[route.Queue] = WitnessOf(checkpoint);

    /// <summary>What a checkpoint bears witness to.</summary>
    public static TableWitness WitnessOf(TableCheckpoint checkpoint) => new()
    {
        Table = checkpoint.Table,
        Lineage = checkpoint.Lineage,
        Epoch = checkpoint.Epoch,
        Revision = checkpoint.Revision,
        Resolved = checkpoint.Resolved.ToString(),
    };

    private static void Compare(string failback, TableWitness known, IReadOnlyList<TableCheckpoint> shown)
    {
        TableCheckpoint? now = shown.FirstOrDefault(c => c.Table == known.Table);
        string? lack = now is null ? "has no checkpoint any more" : Lacks(known, now);
        if (lack is null) return;
        throw new GroupHaltedException(
            new Failure(
                FailureKind.Unknown, ContinuityCodes.Broken,
                $"the target went back: {known.Table} {lack}, as after a restore or a failover. Nothing is applied over the gap. Pause "
                    + $"the failback, then failback rewind {failback} makes the feed anew from where the target is"),
            known.Table);
    }

    private static string? Lacks(TableWitness known, TableCheckpoint now)
    {
        if (known.Lineage.Length > 0 && now.Lineage != known.Lineage) return "has a checkpoint that was made anew";
        if (now.Revision < known.Revision) return $"is at transaction {now.Revision} of {known.Revision}";
        if (HlcTimestamp.TryParse(known.Resolved, out HlcTimestamp resolved) && now.Resolved < resolved)
            return $"is at {now.Resolved} and was at {resolved}";
        return now.Epoch < known.Epoch ? $"has had {now.Epoch} of {known.Epoch} owners" : null;
    }
}
