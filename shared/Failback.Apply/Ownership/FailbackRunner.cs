using System.Data.Common;
using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Contracts.Control;
using Failback.Messaging;

namespace Failback.Apply.Ownership;

/// <summary>
/// One failback on this replica: says in the target that it lives, sees who else does, and runs the groups that fall to it. Who owns
/// what is only a matter of placement: the broker hands a queue to one reader at a time and the epoch in the checkpoint fences the rest.
/// </summary>
internal sealed class FailbackRunner(GroupContext context, BrokerConnections connections, Action<ApplierProgress> report)
{
    /// <summary>A replica not heard of for so long is taken for dead.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterHalt = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AfterLoss = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<ApplyGroup> groups = ApplyGroup.Of(context.Spec);
    private readonly Dictionary<string, (CancellationTokenSource Stop, Task Run)> running = new(StringComparer.Ordinal);
    private int members;

    private string Failback => context.Spec.Name;

    /// <summary>Runs until cancelled, then gives everything back in good order.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ApplyLog.StagingName(context.Logger, context.Spec.StagingSchema);
        DbConnection? connection = null;
        try
        {
            for (int failures = 0; !cancellationToken.IsCancellationRequested;)
            {
                try
                {
                    connection ??= await PrepareAsync(cancellationToken);
                    IReadOnlyList<string> live = await context.Staging.BeatAsync(connection, context.Replica, Lifetime, cancellationToken);
                    await PlaceAsync(live, cancellationToken);
                    failures = 0;
                    await Task.Delay(BeatEvery, context.Time, cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    // Also while being told to stop: an exception out of here would end the whole process.
                    await DropAsync(connection);
                    connection = null;
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
            if (connection is not null) await LeaveAsync(connection);
        }
    }

    private async Task<DbConnection> PrepareAsync(CancellationToken cancellationToken)
    {
        DbConnection connection = context.Dialect.CreateConnection(context.TargetUrl, context.Options.ApplyTimeout);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await context.Staging.EnsureAsync(connection, cancellationToken);
            await context.Staging.RegisterAsync(connection, Failback, [.. context.Spec.Tables.Select(t => t.Target)], cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts groups that are ours and stops those that are no longer.</summary>
    private async Task PlaceAsync(IReadOnlyList<string> live, CancellationToken cancellationToken)
    {
        HashSet<string> mine = [.. groups.Where(g => Rendezvous.Owner(g.Name, live) == context.Replica).Select(g => g.Name)];
        bool moved = live.Count != members;
        members = live.Count;
        foreach (string name in running.Keys.Where(n => !mine.Contains(n)).ToList())
        {
            moved = true;
            await StopAsync(name);
        }

        foreach (ApplyGroup group in groups.Where(g => mine.Contains(g.Name) && !running.ContainsKey(g.Name)))
        {
            moved = true;
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            running[group.Name] = (stop, Task.Run(() => RunGroupAsync(group, stop.Token), CancellationToken.None));
        }

        if (moved) ApplyLog.Attaching(context.Logger, Failback, context.Replica, running.Count, groups.Count, live.Count);
    }

    /// <summary>Spell after spell of ownership, until stopped.</summary>
    private async Task RunGroupAsync(ApplyGroup group, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan delay = AfterLoss;
            try
            {
                await new GroupLoop(context, group.Tables, connections, report).RunAsync(cancellationToken);
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
                ReportTrouble(group, "stopped", e.Message);
            }
            catch (TargetUnavailableException e)
            {
                ReportTrouble(group, "retrying", e.Message);
            }
            catch (Exception e) when (e is IOException or TimeoutException or RabbitMQ.Client.Exceptions.RabbitMQClientException)
            {
                ApplyLog.ReaderLost(context.Logger, Failback, e.Message, delay);
            }
            catch (Exception e)
            {
                Failure failure = context.Dialect.Classify(e);
                if (failure.Kind == FailureKind.Unknown) ApplyLog.GroupFailed(context.Logger, e, Failback, delay);
                else ApplyLog.Retrying(context.Logger, Failback, failure.Code, failure.Message, 1, delay);
                ReportTrouble(group, "retrying", $"{failure.Code} {failure.Message}".Trim());
            }

            await Task.Delay(delay, context.Time, cancellationToken).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void ReportTrouble(ApplyGroup group, string state, string error) => report(new ApplierProgress
    {
        Failback = Failback,
        Replica = context.Replica,
        Epoch = 0,
        Activity = "",
        Tables = [.. group.Tables.Select(t => new TableProgress { Table = t.Target, State = state, Error = error })],
    });

    private async Task ComplainAsync(Exception e, int failures, CancellationToken cancellationToken)
    {
        Failure failure = e is FormatException ? new Failure(FailureKind.Unknown, "target_url", e.Message) : context.Dialect.Classify(e);
        TimeSpan delay = Backoff.Delay(failures);
        ApplyLog.Retrying(context.Logger, Failback, failure.Code, failure.Message, failures, delay);
        if (running.Count == 0)
        {
            foreach (ApplyGroup group in groups) ReportTrouble(group, "retrying", $"{failure.Code} {failure.Message}".Trim());
        }

        await Task.Delay(delay, context.Time, cancellationToken);
    }

    private async Task StopAllAsync()
    {
        foreach ((CancellationTokenSource stop, _) in running.Values) await stop.CancelAsync();
        foreach (string name in running.Keys.ToList()) await StopAsync(name);
    }

    private async Task StopAsync(string name)
    {
        (CancellationTokenSource stop, Task run) = running[name];
        running.Remove(name);
        await stop.CancelAsync();
        await run;
        stop.Dispose();
    }

    private async Task LeaveAsync(DbConnection connection)
    {
        try
        {
            using var limit = new CancellationTokenSource(Lifetime);
            await context.Staging.LeaveAsync(connection, context.Replica, limit.Token);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or InvalidOperationException or IOException)
        {
            // The others notice after the lifetime instead of at once.
            ApplyLog.NotLeft(context.Logger, Failback, context.Dialect.Classify(e).Code);
        }

        await connection.DisposeAsync();
    }

    private async Task DropAsync(DbConnection? connection)
    {
        if (connection is null) return;
        context.Dialect.ClearPool(connection);
        await connection.DisposeAsync();
    }
}
