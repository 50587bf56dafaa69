using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Settings;

namespace Failback.Cli.Fetch;

/// <summary>One run of <c>fetch</c>; writes the seed's lines at their moments.</summary>
internal sealed class FetchRun(ControlApi api, FetchPlan plan, bool detach)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly ChangeLog _changes = new(JsonLog.Write);
    private string _progress = "";

    private string Path => $"failbacks/{Uri.EscapeDataString(plan.Name)}";

    /// <returns>0 also when interrupted: that is how it is ended.</returns>
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
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        JsonLog.Write("info", "starting replicator");
        JsonNode resource = await api.SendAsync(HttpMethod.Put, Path, plan.Definition, cancellationToken);
        JsonLog.Write("info", $"staging database name: {resource["stagingSchema"]}");
        await SinkCertificate.CheckAsync(plan.Flags, new Uri((string)resource["webhookUrl"]!), cancellationToken);
        JsonLog.Write("info", "creating changefeed on the source CRDB database");
        // Not interrupted half-way: what it began is stopped in order afterwards.
        JsonNode answer = await api.PostAsync(Path + "/start", CancellationToken.None);
        JsonNode feed = answer["changefeed"]!;
        string what = (string?)answer["action"] == "adopted" ? "a running changefeed is used" : $"changefeed {answer["action"]}";
        JsonLog.Write(
            "info", what,
            Fields(("failback", plan.Name), ("job_id", (string?)feed["jobId"]), ("cursor", (string?)feed["cursor"]),
                ("webhook", (string?)answer["webhookUrl"])));
    }

    private async Task TellAsync(CancellationToken cancellationToken)
    {
        try
        {
            JsonNode resource = await api.GetAsync(Path, cancellationToken);
            _changes.Take(resource);
            JsonNode totals = resource["totals"]!;
            string progress = $"{totals["received"]} {totals["applied"]} {resource["appliedResolved"]}";
            if (progress == _progress) return;
            _progress = progress;
            JsonLog.Write("info", "fetch progress", Fields(
                ("received", (long)totals["received"]!), ("applied", (long)totals["applied"]!), ("in_flight", (long)totals["inFlight"]!),
                ("dead_lettered", (long)totals["deadLettered"]!),
                ("applied_resolved", (string?)resource["appliedResolved"]), ("lag_seconds", (double?)resource["lagSeconds"])));
        }
        catch (CallFailedException e) when (e.ExitCode == ExitCodes.Unreachable)
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
            await api.PostAsync(Path + "/stop", deadline.Token);
            JsonLog.Write("info", "stopped");
        }
        catch (CallFailedException e) when (e.Code is "wrong_state" or "no_such_failback")
        {
            JsonLog.Write("info", "stopped before it had begun");
        }
        catch (CallFailedException e)
        {
            JsonLog.Write("warn", $"not stopped: {e.Message}; {e.Remedy}");
        }
        catch (OperationCanceledException)
        {
            JsonLog.Write("warn", $"not stopped within {StopPatience.TotalSeconds:0} s; repeat: failback stop {plan.Name}");
        }

        return ExitCodes.Done;
    }

    private static IEnumerable<KeyValuePair<string, object?>> Fields(params (string Name, object? Value)[] fields) =>
        fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value));
}
