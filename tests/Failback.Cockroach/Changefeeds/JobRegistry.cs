using System.Collections.Concurrent;
using System.Globalization;
using Failback.Cockroach.Capture;
using Npgsql;

namespace Failback.Cockroach.Changefeeds;

/// <summary>Starts and ends the jobs of one database according to their rows, which it checks ten times a second.</summary>
internal sealed class JobRegistry(NpgsqlDataSource database, History history, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly JobStore _store = new(database);
    private readonly Dictionary<long, (long Revision, CancellationTokenSource Stop, Task Work)> _running = [];
    private readonly ConcurrentQueue<string> _truncated = new();

    /// <summary>Reports a truncated table, which ends every changefeed that watches it.</summary>
    public void Truncated(string table) => _truncated.Enqueue(table);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Interval, time);
            do await LookAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        finally
        {
            foreach (long job in _running.Keys.ToArray()) await EndAsync(job);
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<JobRecord> jobs = await _store.UnfinishedAsync(cancellationToken);
        foreach (long gone in _running.Keys.Except(jobs.Select(job => job.Id)).ToArray()) await EndAsync(gone);
        string[] truncated = [.. TakeTruncated()];
        foreach (JobRecord job in jobs) await SettleAsync(job, truncated, cancellationToken);
    }

    private async Task SettleAsync(JobRecord job, string[] truncated, CancellationToken cancellationToken)
    {
        switch (job.Status)
        {
            case "running":
                string? problem = Dead(job, truncated);
                if (problem is not null)
                {
                    await EndAsync(job.Id);
                    await _store.ChangeAsync(
                        job.Id, "running", job.Option("on_error") == "pause" ? "paused" : "failed", problem, cancellationToken);
                }
                else if (_running.GetValueOrDefault(job.Id) is { Work: { } work } && work.IsFaulted)
                {
                    await EndAsync(job.Id);
                    await _store.ChangeAsync(job.Id, "running", "failed", work.Exception!.GetBaseException().Message, cancellationToken);
                }
                else if (!_running.ContainsKey(job.Id))
                {
                    Start(job, cancellationToken);
                }

                break;
            case "pause-requested":
                await EndAsync(job.Id);
                await _store.ChangeAsync(job.Id, job.Status, "paused", "", cancellationToken);
                break;
            case "cancel-requested":
                await EndAsync(job.Id);
                await _store.ChangeAsync(job.Id, job.Status, "canceled", "job canceled by user", cancellationToken);
                break;
        }
    }

    private void Start(JobRecord job, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task work = Task.Run(
            () => new ChangefeedJob(job, history, _store, new TableScanner(database), time).RunAsync(stop.Token), CancellationToken.None);
        _running[job.Id] = (job.Revision, stop, work);
    }

    private async Task EndAsync(long job)
    {
        if (!_running.Remove(job, out (long Revision, CancellationTokenSource Stop, Task Work) running)) return;
        await running.Stop.CancelAsync();
        await running.Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        running.Stop.Dispose();
    }

    private static string? Dead(JobRecord job, string[] truncated)
    {
        foreach ((uint oid, string name) in job.Tables)
        {
            if (name.Length == 0) return "a watched table was dropped";
            if (truncated.Contains(oid.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal)) return $"\"{name}\" was truncated";
        }

        return null;
    }

    private IEnumerable<string> TakeTruncated()
    {
        while (_truncated.TryDequeue(out string? table)) yield return table;
    }
}
