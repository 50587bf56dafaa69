using System.Collections.Concurrent;
using System.Collections.Frozen;
using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;
using Failback.Sink.Settings;

namespace Failback.Sink.Feeds;

/// <summary>Finds the feed of a webhook path. The table is rebuilt each time control announces a change.</summary>
internal sealed class FeedDirectory : IDisposable
{
    private readonly ConcurrentDictionary<string, FeedCounters> _counters = new(StringComparer.Ordinal);
    private readonly FailbackDirectory _failbacks;
    private readonly BodyBudget _budget;
    private readonly TimeProvider _time;
    private readonly ILogger<FeedDirectory> _logger;
    private readonly Dictionary<string, ScriptSlot> _scripts = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile FrozenDictionary<string, Feed> _feeds = FrozenDictionary<string, Feed>.Empty;

    public FeedDirectory(FailbackDirectory failbacks, BodyBudget budget, TimeProvider time, ILogger<FeedDirectory> logger)
    {
        _failbacks = failbacks;
        _budget = budget;
        _time = time;
        _logger = logger;
        failbacks.Changed += Rebuild;
        Rebuild();
    }

    /// <summary>False until the failbacks are known; until then an unknown path is answered 503 and not 404.</summary>
    internal bool Loaded => _failbacks.Loaded;

    /// <summary>The feeds as they are served now.</summary>
    internal IReadOnlyList<Feed> Served => _feeds.Values;

    internal IEnumerable<FeedCounters> Counters => _counters.Values;

    /// <summary>Returns the feed of a path, or null. Paths are compared exactly, including case.</summary>
    internal Feed? Find(string? path) => path is not null && _feeds.TryGetValue(path, out Feed? feed) ? feed : null;

    public void Dispose()
    {
        _failbacks.Changed -= Rebuild;
        lock (_gate) EndScripts([]);
    }

    private void Rebuild()
    {
        lock (_gate)
        {
            FrozenDictionary<string, Feed> before = _feeds;
            var feeds = new Dictionary<string, Feed>(StringComparer.Ordinal);
            foreach (FailbackSpec spec in _failbacks.Current.OrderBy(spec => spec.Name, StringComparer.Ordinal))
            {
                // An unchanged definition keeps its feed, and with it the topics that its router remembers and a stopped script's
                // waiting time.
                if (before.TryGetValue(Path(spec), out Feed? known) && ReferenceEquals(known.Spec, spec)) Add(feeds, known);
                else if (Create(spec) is { } feed) Add(feeds, feed);
            }

            _feeds = feeds.ToFrozenDictionary(StringComparer.Ordinal);
            // Only after the exchange: a request that finds a feed must find its script running.
            EndScripts(feeds.Values);
        }
    }

    private Feed? Create(FailbackSpec spec)
    {
        try
        {
            FeedCounters counters = CountersOf(spec);
            var feed = new Feed(spec, new TopicRouter(spec.Tables), counters) { Script = Script(spec, counters) };
            SinkLog.Serving(_logger, spec.Name, spec.Tables.Count, spec.State);
            return feed;
        }
        catch (FormatException)
        {
            SinkLog.BadTableName(_logger, spec.Name);
            return null;
        }
    }

    /// <summary>Counts begin anew where a failback was deleted and defined again under its name, or has other queues.</summary>
    private FeedCounters CountersOf(FailbackSpec spec)
    {
        return _counters.AddOrUpdate(spec.Name, _ => New(), (_, known) => known.Life == spec.UnknownTableQueue ? known : New());

        FeedCounters New() => new(spec.Name, spec.UnknownTableQueue, _time);
    }

    /// <summary>
    /// Returns the router of the failback's userscript, or null. The processes of a version live as long as it is active.
    /// </summary>
    private ScriptRouter? Script(FailbackSpec spec, FeedCounters counters)
    {
        if (spec.Script is not { } script)
        {
            counters.Script(0, null);
            return null;
        }

        if (!_scripts.TryGetValue(spec.Name, out ScriptSlot? slot))
            _scripts[spec.Name] = slot = new ScriptSlot(version => counters.Script(version, null));
        slot.Use(script);
        return new ScriptRouter(spec, slot, _budget, counters, _time);
    }

    private void EndScripts(IEnumerable<Feed> feeds)
    {
        HashSet<string> used = [.. feeds.Where(feed => feed.Script is not null).Select(feed => feed.Spec.Name)];
        foreach (string name in _scripts.Keys.Where(name => !used.Contains(name)).ToList())
        {
            _scripts.Remove(name, out ScriptSlot? slot);
            slot?.Dispose();
        }
    }

    private void Add(Dictionary<string, Feed> feeds, Feed feed)
    {
        if (!feeds.TryAdd(Path(feed.Spec), feed)) SinkLog.SamePath(_logger, feeds[Path(feed.Spec)].Spec.Name, feed.Spec.Name);
    }

    /// <summary>The percent-decoded path, the form in which the web server shows the path of a request.</summary>
    private static string Path(FailbackSpec spec) => PathString.FromUriComponent("/" + spec.WebhookPath.TrimStart('/')).Value!;
}
