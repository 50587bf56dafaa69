using System.Threading.Channels;
using Failback.Apply.Applying;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Settings;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;

namespace Failback.Apply.Ownership;

/// <summary>
/// One failback on this replica: says in the target that it lives, sees who else does, and runs the groups that fall to it. Who owns
/// what is only a matter of placement: the broker hands a queue to one reader at a time and the epoch in the checkpoint fences the rest.
/// </summary>
internal sealed class FailbackRunner(GroupContext context, BrokerConnections connections, BrokerWatch watch, Action<ApplierProgress> report)
{
    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterHalt = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterLoss = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BrokerWithin = TimeSpan.FromSeconds(1);

    /// <summary>Not heard of for so long, this replica gives back what it owns: the others are about to take it for dead.</summary>
    private static readonly TimeSpan SilentAfter = Membership.Lifetime - BeatEvery;

    private readonly IReadOnlyList<ApplyGroup> _groups = ApplyGroup.Of(context.Spec);
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Run)> _running = new(StringComparer.Ordinal);
    private readonly GroupTroubles _troubles = new(context, report);
    private readonly SessionLanes _lanes = new(context, ApplyGroup.Of(context.Spec).Count);
    private readonly Membership _membership = new(context);
    private readonly Channel<bool> _hurry = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private int _members;
    private long _heardAt;

    private string Failback => context.Spec.Name;

    /// <summary>Runs until cancelled, then gives everything back in good order.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ApplyLog.StagingName(context.Logger, context.Spec.StagingSchema);
        try
        {
            for (int failures = 0; !cancellationToken.IsCancellationRequested;)
            {
                try
                {
                    if (await IsBrokerThereAsync(cancellationToken))
                        await PlaceAsync(await BeatAsync(cancellationToken), cancellationToken);
                    failures = 0;
                    await PauseAsync(cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // Also while being told to stop: an exception out of here would end the whole process.
                    await _membership.DropAsync();
                    await ComplainAsync(e, ++failures, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ApplyLog.Stopping(context.Logger, Failback);
        }
        finally
        {
            await StopAllAsync();
            await _lanes.CloseAsync();
            await _membership.LeaveAsync();
            context.Contacts.Forget(Failback);
            context.Script.Dispose();
        }
    }

    /// <summary>Until the next heartbeat, or until a group lost the broker.</summary>
    private async Task PauseAsync(CancellationToken cancellationToken)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_hurry.Reader.WaitToReadAsync(pause.Token).AsTask(), Task.Delay(BeatEvery, context.Time, pause.Token));
        await pause.CancelAsync();
        _hurry.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>
    /// A replica without a broker must not stand in the way of those that have one: it gives back what it owns and leaves until it has one
    /// again.
    /// </summary>
    private async Task<bool> IsBrokerThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(BrokerWithin);
            await watch.ReachAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ApplyLog.BrokerAway(context.Logger, Failback, e.GetType().Name);
            // Without a broker the target is not asked, so that its silence means nothing.
            context.Contacts.Forget(Failback);
            foreach (ApplyGroup group in _groups.Where(g => _running.ContainsKey(g.Name)))
                _troubles.Report(group, TableState.Retrying, "the broker cannot be reached");
            await StopAllAsync();
            await _membership.LeaveAsync();
            return false;
        }
    }

    /// <summary>A heartbeat; when it gets no answer, what is owned is given back before the others take this replica for dead.</summary>
    private async Task<IReadOnlyList<string>> BeatAsync(CancellationToken cancellationToken)
    {
        context.Contacts.Expect(Failback);
        long asked = context.Time.GetTimestamp();
        Task<IReadOnlyList<string>> beat = _membership.BeatAsync(cancellationToken);
        if (_running.Count > 0)
        {
            TimeSpan left = SilentAfter - context.Time.GetElapsedTime(_heardAt);
            Task silence = Task.Delay(left > BeatEvery ? left : BeatEvery, context.Time, cancellationToken);
            // The timer's word is taken, not compared with the clock once more: timers are cut to whole milliseconds and may be early by
            // less than one.
            if (await Task.WhenAny(beat, silence) == silence) await GiveBackAsync();
            else if (!beat.IsCompletedSuccessfully) await GiveBackIfSilentAsync();
        }

        IReadOnlyList<string> live = await beat;
        _heardAt = asked;
        context.Contacts.Note(Failback);
        return live;
    }

    private async Task GiveBackIfSilentAsync()
    {
        if (context.Time.GetElapsedTime(_heardAt) >= SilentAfter) await GiveBackAsync();
    }

    /// <summary>Whoever is alone keeps what it owns and tries again in place: nobody else could do better.</summary>
    private async Task GiveBackAsync()
    {
        if (_running.Count == 0 || _members < 2) return;
        ApplyLog.GivenBack(context.Logger, Failback);
        await StopAllAsync();
    }

    /// <summary>Starts groups that are ours and stops those that are no longer.</summary>
    private async Task PlaceAsync(IReadOnlyList<string> live, CancellationToken cancellationToken)
    {
        HashSet<string> mine = [.. _groups.Where(g => Rendezvous.Owner(g.Name, live) == context.Replica).Select(g => g.Name)];
        bool moved = live.Count != _members;
        _members = live.Count;
        foreach (string name in _running.Keys.Where(n => !mine.Contains(n)).ToList())
        {
            moved = true;
            await StopAsync(name);
        }

        for (int place = 0; place < _groups.Count; place++)
        {
            ApplyGroup group = _groups[place];
            if (!mine.Contains(group.Name) || _running.ContainsKey(group.Name)) continue;
            int lane = place;
            moved = true;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            _running[group.Name] = (stop, Task.Run(() => RunGroupAsync(lane, stop.Token), CancellationToken.None));
        }

        if (moved) ApplyLog.Attaching(context.Logger, Failback, context.Replica, _running.Count, _groups.Count, live.Count);
    }

    /// <summary>Spell after spell of ownership, until stopped.</summary>
    private async Task RunGroupAsync(int place, CancellationToken cancellationToken)
    {
        ApplyGroup group = _groups[place];
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan delay = AfterLoss;
            try
            {
                await new GroupLoop(
                    context, group.Tables, _lanes.Of(place), connections, report, () => _troubles.ReportLate(group))
                    .RunAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (FencedException)
            {
                ApplyLog.Fenced(context.Logger, Failback);
            }
            catch (GroupHaltedException e)
            {
                delay = AfterHalt;
                ApplyLog.Halted(context.Logger, Failback, e.Message);
                _troubles.Report(
                    group, TableState.Stopped, e.Message, e.Failure.Code is ContinuityCodes.Broken or ContinuityCodes.Unknown
                        ? e.Failure.Code : null);
            }
            catch (QueueMissingException e)
            {
                delay = AfterHalt;
                string error = $"{e.Message}, and with it rows that the target may lack. Pause the failback, then failback rewind "
                    + $"{Failback} makes queues and feed anew from where the target is";
                ApplyLog.Halted(context.Logger, Failback, error);
                _troubles.Report(group, TableState.Stopped, error, ContinuityCodes.Broken);
            }
            catch (TargetUnavailableException e)
            {
                _troubles.Report(group, TableState.Retrying, e.Message);
            }
            catch (BrokerUnavailableException e)
            {
                if (cancellationToken.IsCancellationRequested) return; // the queues were handed over already
                ApplyLog.ReaderLost(context.Logger, Failback, e.Message, delay);
                _hurry.Writer.TryWrite(true);
            }
            catch (Exception e)
            {
                Failure failure = context.Dialect.Classify(e);
                if (failure.Kind == FailureKind.Unknown) ApplyLog.GroupFailed(context.Logger, e, Failback, delay);
                else ApplyLog.Retrying(context.Logger, Failback, failure.Code, failure.Message, 1, delay);
                _troubles.Report(group, TableState.Retrying, $"{failure.Code} {failure.Message}".Trim());
            }

            await Task.Delay(delay, context.Time, cancellationToken)
                .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task ComplainAsync(Exception e, int failures, CancellationToken cancellationToken)
    {
        await GiveBackIfSilentAsync();
        Failure failure = e is FormatException ? new Failure(FailureKind.Unknown, "target_url", e.Message) : context.Dialect.Classify(e);
        TimeSpan delay = _running.Count == 0
            ? TargetRetries.Waits.Delay(failures)
            : TimeSpan.FromTicks(Math.Min(TargetRetries.Waits.Delay(failures).Ticks, BeatEvery.Ticks));
        ApplyLog.Retrying(context.Logger, Failback, failure.Code, failure.Message, failures, delay);
        if (_running.Count == 0)
        {
            foreach (ApplyGroup group in _groups) _troubles.Report(group, TableState.Retrying, $"{failure.Code} {failure.Message}".Trim());
        }

        await Task.Delay(delay, context.Time, cancellationToken);
    }

    private async Task StopAllAsync()
    {
        foreach ((CancellationTokenSource stop, _) in _running.Values) await stop.CancelAsync();
        foreach (string name in _running.Keys.ToList()) await StopAsync(name);
    }

    private async Task StopAsync(string name)
    {
        (CancellationTokenSource stop, Task run) = _running[name];
        _running.Remove(name);
        await stop.CancelAsync();
        await run;
        stop.Dispose();
    }
}
