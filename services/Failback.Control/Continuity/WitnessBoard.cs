using System.Collections.Concurrent;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Continuity;

/// <summary>
/// Keeps the highest that owners reported of each table, and returns it to appliers that take tables over. A report that came in is known
/// at once and stored within a second; the answer joins what is stored and what is known.
/// </summary>
internal sealed class WitnessBoard(WitnessStore store) : IControlPlaneHandler<ApplierProgress>, IAnswer<GetWitness, Witness>
{
    private readonly ConcurrentDictionary<(string Failback, string Table), TableWitness> _known = new();
    private readonly ConcurrentDictionary<(string Failback, string Table), bool> _unsaved = new();

    public Task HandleAsync(ApplierProgress message, CancellationToken cancellationToken)
    {
        Take(message);
        return Task.CompletedTask;
    }

    public Task<Witness> AnswerAsync(GetWitness question, CancellationToken cancellationToken) =>
        Task.FromResult(new Witness(Of(question.Failback)));

    /// <summary>Takes a report of an owner; one that could not take the tables over knows nothing of their checkpoints.</summary>
    public void Take(ApplierProgress report)
    {
        foreach (TableProgress table in report.Tables.Where(t => t.Epoch > 0 && t.Lineage.Length > 0))
        {
            (string, string) key = (report.Failback, table.Table);
            TableWitness fresh = WitnessOf(table);
            TableWitness? before = _known.GetValueOrDefault(key);
            if (_known.AddOrUpdate(key, fresh, (_, known) => Later(known, fresh)) != before) _unsaved[key] = true;
        }
    }

    /// <summary>Returns how far the tables of a failback were known to be.</summary>
    public IReadOnlyList<TableWitness> Of(string failback)
    {
        var found = store.Find(failback).ToDictionary(witness => witness.Table, StringComparer.Ordinal);
        foreach (((string name, string table), TableWitness known) in _known)
        {
            if (name == failback) found[table] = Later(found.GetValueOrDefault(table), known);
        }

        return [.. found.Values];
    }

    /// <summary>Stores what came in since the last call; what cannot be stored is tried again.</summary>
    public void Save()
    {
        (string Failback, string Table)[] keys = [.. _unsaved.Keys];
        if (keys.Length == 0) return;
        foreach ((string, string) key in keys) _unsaved.TryRemove(key, out _);
        try
        {
            store.Raise([.. keys.Where(_known.ContainsKey).Select(key => (key.Failback, _known[key]))]);
        }
        catch
        {
            foreach ((string, string) key in keys) _unsaved[key] = true;
            throw;
        }
    }

    /// <summary>Forgets what is known of a failback beside what is stored: it was deleted, set up anew or rewound.</summary>
    public void Forget(string failback)
    {
        foreach ((string Failback, string Table) key in _known.Keys.Where(key => key.Failback == failback))
        {
            _unsaved.TryRemove(key, out _);
            _known.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// The later of two witnesses. Within one ownership everything only grows; a later owner was let in by what was known before, or by a
    /// rewind, which raises the number of owners above all earlier ones.
    /// </summary>
    public static TableWitness Later(TableWitness? one, TableWitness other)
    {
        if (one is null || other.Epoch > one.Epoch) return other;
        if (one.Epoch > other.Epoch || one.Lineage != other.Lineage) return one;
        return one with
        {
            Revision = Math.Max(one.Revision, other.Revision),
            Resolved = Reading(one.Resolved) >= Reading(other.Resolved) ? one.Resolved : other.Resolved,
        };
    }

    private static HlcTimestamp Reading(string text) => HlcTimestamp.TryParse(text, out HlcTimestamp value) ? value : default;

    private static TableWitness WitnessOf(TableProgress table) => new()
    {
        Table = table.Table,
        Lineage = table.Lineage,
        Epoch = table.Epoch,
        Revision = table.Revision,
        Resolved = table.CheckpointResolved,
    };
}
