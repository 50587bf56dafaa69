using System.Threading.Channels;
using Failback.Apply.Dialects;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Failback.Hosting.Secrets;
using Failback.Messaging.Broker;
using Failback.Messaging.ControlPlane;
using Failback.Messaging.Reading;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Ownership;

/// <summary>Follows the directory of failbacks and keeps a runner for each one of this dialect that is to be applied.</summary>
internal sealed class ApplierService(
    FailbackDirectory directory,
    ITargetDialect dialect,
    SecretBox secrets,
    BrokerConnections connections,
    BrokerWatch watch,
    ProgressReporter progress,
    WriteCounters counters,
    OwnedGroups owned,
    ApplyMetrics metrics,
    GroupGauges gauges,
    ContinuityGuard continuity,
    TargetContacts contacts,
    ApplierStandings standings,
    PulseReporter pulse,
    IOptions<ApplierOptions> options,
    TimeProvider time,
    ILogger<ApplierService> logger) : BackgroundService
{
    private readonly Dictionary<string, (long Revision, CancellationTokenSource Stop, Task Run)> _runners = new(StringComparer.Ordinal);
    private readonly MemoryBudget _memory = new(options.Value.MemoryBytes);
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        ApplyLog.Starting(logger);
        // Nothing calls them: they are asked. They exist from now on.
        GC.KeepAlive(gauges);
        directory.Changed += OnChanged;
        try
        {
            OnChanged();
            while (await _news.Reader.WaitToReadAsync(stoppingToken))
            {
                _news.Reader.TryRead(out _);
                await FollowAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            directory.Changed -= OnChanged;
            await Task.WhenAll(_runners.Keys.ToList().Select(StopAsync));
        }
    }

    private void OnChanged() => _news.Writer.TryWrite(true);

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        FailbackSpec[] known = [.. directory.Current.Where(s => s.Dialect == dialect.Name)];
        Dictionary<string, FailbackSpec> wanted = known.Where(s => s.State is (RunState.Running or RunState.Stopped))
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        string[] ended = [
            .. _runners.Where(r => !wanted.TryGetValue(r.Key, out FailbackSpec? spec) || spec.Revision != r.Value.Revision)
                .Select(r => r.Key)];
        await Task.WhenAll(ended.Select(StopAsync));
        foreach (FailbackSpec spec in wanted.Values.Where(s => !_runners.ContainsKey(s.Name))) Start(spec, stoppingToken);
        // Only now: who hears that an order is followed may rely on it.
        foreach (FailbackSpec spec in known.Where(s => !wanted.ContainsKey(s.Name))) standings.Follow(spec, isAtWork: false);
        standings.Keep(known.Select(s => s.Name).ToHashSet(StringComparer.Ordinal));
        pulse.Hurry();
    }

    private void Start(FailbackSpec spec, CancellationToken stoppingToken)
    {
        string url;
        try
        {
            url = secrets.Open(spec.SealedTarget);
        }
        catch (SecretBoxException e)
        {
            ApplyLog.BadTarget(logger, spec.Name, e.Message);
            standings.Follow(spec, isAtWork: false, e.Message);
            return;
        }

        var context = new GroupContext(
            spec, url, dialect, new WindowWriter(dialect.Statements, dialect.Classify, counters, logger, spec.Triggers),
            options.Value, options.Value.Replica, time, logger)
        { Budget = _memory, Owned = owned, Metrics = metrics, Continuity = continuity, Contacts = contacts };
        var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        _runners[spec.Name] = (
            spec.Revision, stop,
            Task.Run(() => new FailbackRunner(context, connections, watch, progress.Report).RunAsync(stop.Token), CancellationToken.None));
        standings.Follow(spec, isAtWork: true);
    }

    private async Task StopAsync(string name)
    {
        if (!_runners.Remove(name, out (long Revision, CancellationTokenSource Stop, Task Run) runner)) return;
        await runner.Stop.CancelAsync();
        await runner.Run;
        runner.Stop.Dispose();
    }
}
