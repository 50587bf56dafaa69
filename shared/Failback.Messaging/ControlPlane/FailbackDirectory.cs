using System.Collections.Immutable;
using System.Text.Json;
using Failback.Contracts.Control;
using Microsoft.Extensions.Logging;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// The failbacks that this process knows: from the cache file at start, then from control. The higher revision wins, so the order
/// of arrival does not matter. A deleted failback is not in <see cref="Current"/>.
/// </summary>
public sealed class FailbackDirectory
{
    private readonly DirectoryCache _cache;
    private readonly ILogger<FailbackDirectory> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _deleted = new(StringComparer.Ordinal);
    private ImmutableDictionary<string, FailbackSpec> _specs = ImmutableDictionary<string, FailbackSpec>.Empty.WithComparers(
        StringComparer.Ordinal);
    private long _revision;
    private volatile bool _loaded;

    internal FailbackDirectory(DirectoryCache cache, ILogger<FailbackDirectory> log)
    {
        _cache = cache;
        _log = log;
        ReadCache();
    }

    /// <summary>
    /// Raised after <see cref="Current"/> changed or <see cref="Loaded"/> became true, on the thread that received the
    /// announcement; handlers must return soon.
    /// </summary>
    public event Action? Changed;

    /// <summary>Every failback that is not deleted, as an immutable snapshot.</summary>
    public IReadOnlyCollection<FailbackSpec> Current => [.. Volatile.Read(ref _specs).Values];

    /// <summary>
    /// True once a cache file was read or control has answered: an empty <see cref="Current"/> then means that there are no
    /// failbacks.
    /// </summary>
    public bool Loaded => _loaded;

    /// <summary>Returns the failback of a name, or null.</summary>
    public FailbackSpec? Find(string name) => Volatile.Read(ref _specs).GetValueOrDefault(name);

    internal void Apply(FailbackSpec spec)
    {
        bool changed;
        lock (_gate)
        {
            changed = Take(spec);
            if (changed) Save();
        }

        if (changed) Changed?.Invoke();
    }

    internal void Apply(FailbackList list)
    {
        bool changed = false;
        lock (_gate)
        {
            foreach (FailbackSpec spec in list.Failbacks) changed |= Take(spec);
            var listed = list.Failbacks.Select(spec => spec.Name).ToHashSet(StringComparer.Ordinal);
            // A failback missing from the list is deleted only if the list is as new as it: an announcement may have overtaken the
            // list.
            foreach (FailbackSpec gone in _specs.Values.Where(spec => !listed.Contains(spec.Name) && spec.Revision <= list.Revision)
                .ToList())
            {
                changed |= Take(gone with { State = RunState.Deleted, Revision = Math.Max(list.Revision, gone.Revision + 1) });
            }

            _revision = Math.Max(_revision, list.Revision);
            changed |= !_loaded;
            _loaded = true;
            if (changed) Save();
        }

        if (changed) Changed?.Invoke();
    }

    private bool Take(FailbackSpec spec)
    {
        // A late announcement of an older revision must not bring a deleted failback back.
        if (_deleted.TryGetValue(spec.Name, out long deleted) && spec.Revision <= deleted) return false;
        FailbackSpec? known = _specs.GetValueOrDefault(spec.Name);
        if (known is not null && spec.Revision <= known.Revision) return false;
        _revision = Math.Max(_revision, spec.Revision);
        if (spec.State == RunState.Deleted)
        {
            _deleted[spec.Name] = spec.Revision;
            if (known is null) return false;
            Volatile.Write(ref _specs, _specs.Remove(spec.Name));
        }
        else
        {
            _deleted.Remove(spec.Name);
            Volatile.Write(ref _specs, _specs.SetItem(spec.Name, spec));
        }

        ControlPlaneLog.FailbackTaken(_log, spec.Name, spec.Revision, spec.State);
        return true;
    }

    private void Save()
    {
        try
        {
            _cache.Write(new FailbackList([.. _specs.Values], _revision));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process continues with what is in memory; only a restart without control would miss the latest.
            ControlPlaneLog.CacheNotWritten(_log, e);
        }
    }

    private void ReadCache()
    {
        try
        {
            if (_cache.Read() is not { } list) return;
            _specs = _specs.SetItems(list.Failbacks.Select(spec => KeyValuePair.Create(spec.Name, spec)));
            _revision = list.Revision;
            _loaded = true;
            ControlPlaneLog.CacheRead(_log, list.Failbacks.Count, list.Revision);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            ControlPlaneLog.CacheNotRead(_log, e);
        }
    }
}
