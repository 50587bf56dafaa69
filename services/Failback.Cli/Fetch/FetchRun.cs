using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Fetch;

/// <summary>One run of <c>fetch</c>; writes the seed's lines at their moments.</summary>
internal sealed class FetchRun(ControlApi api, FetchPlan plan, bool detach, string? skip)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly ChangeLog _changes = new(JsonLog.Write);
    private readonly Heartbeat _heartbeat = new(TimeProvider.System);

    private bool _defined;

    private string Path => $"failbacks/{Uri.EscapeDataString(plan.Name)}";

    /// <returns>0 also when interrupted and stopped: that is how it is ended.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        foreach (ReplicatorFlag flag in plan.Flags.Mapped) JsonLog.Write("info", $"flag --{flag.Name}: {flag.Reason}");
        try
        {
            await StartAsync(cancellationToken);
            if (detach) return ExitCodes.Done;
            while (true)
            {
                await TellAsync(cancellationToken);
                await Task.Delay(Between, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return await StopAsync();
        }
        catch (CallFailedException) when (_defined)
        {
            JsonLog.Write(
                "warn", $"failback {plan.Name} stays defined: correct what is refused and repeat the command, or failback delete "
                    + $"{plan.Name}");
            throw;
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        JsonLog.Write("info", "starting replicator");
        FailbackResource resource =
            (await api.SendAsync<FailbackResource>(HttpMethod.Put, Path, plan.Definition, cancellationToken)).Value;
        JsonLog.Write("info", $"staging database name: {resource.StagingSchema}");
        _defined = true;
        await SinkCertificate.CheckAsync(plan.Flags, new Uri(resource.WebhookUrl), cancellationToken);
        JsonLog.Write("info", "creating changefeed on the source CRDB database");
        // Not interrupted half-way: what it began is stopped in order afterwards.
        string query = skip is null ? "" : "?skip=" + Uri.EscapeDataString(skip);
        StartAnswer answer = (await api.PostAsync<StartAnswer>(Path + "/start" + query, CancellationToken.None)).Value;
        FeedResource feed = answer.Changefeed!;
        string what = answer.Action is FeedAction.Adopted ? "a running changefeed is used" : $"changefeed {Word.Of(answer.Action!.Value)}";
        JsonLog.Write(
            "info", what,
            Fields(("failback", plan.Name), ("job_id", feed.JobId), ("cursor", feed.Cursor),
                ("webhook", answer.WebhookUrl)));
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            FailbackResource resource = (await api.GetAsync<FailbackResource>(Path, cancellationToken)).Value;
            _changes.Take(resource);
            if (_heartbeat.Next(resource) is not { } beat) return;
            RowTotals totals = resource.Totals;
            JsonLog.Write(beat.Level, "fetch progress", Fields(
                ("received", totals.Received), ("applied", totals.Applied), ("in_flight", totals.InFlight),
                ("dead_lettered", totals.DeadLettered), ("applied_resolved", resource.AppliedResolved),
                ("lag_seconds", resource.LagSeconds), ("held", beat.Why)));
        }
        catch (CallFailedException e) when (e.IsPassing)
        {
            // The failback does not need this process, nor control at this moment.
            JsonLog.Write("warn", e.Message);
        }
    }

    private async Task<int> StopAsync()
    {
        JsonLog.Write("info", "stopping");
        using var deadline = new CancellationTokenSource(StopPatience);
        try
        {
            await api.PostAsync<FailbackResource>(Path + "/stop", deadline.Token);
            JsonLog.Write("info", "stopped");
        }
        catch (CallFailedException e) when (e.Code is "wrong_state" or "no_such_failback")
        {
            JsonLog.Write("info", "stopped before it had begun");
        }
        catch (CallFailedException e)
        {
            JsonLog.Write("warn", $"not stopped: {e.Message}; {CliWords.Of(e.Remedy, plan.Name)}; repeat: failback stop {plan.Name}");
            return ExitCodes.Refused;
        }
        catch (OperationCanceledException)
        {
            JsonLog.Write("warn", $"not stopped within {StopPatience.TotalSeconds:0} s; repeat: failback stop {plan.Name}");
            return ExitCodes.Refused;
        }

        return ExitCodes.Done;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Fields(params (string Name, object? Value)[] fields) =>
        fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value));
}
