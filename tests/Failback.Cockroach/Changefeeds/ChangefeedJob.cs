using System.Text;
using Failback.Cockroach.Capture;
using Failback.Contracts;

namespace Failback.Cockroach.Changefeeds;

/// <summary>
/// One running changefeed: sends the changes after its high water, then resolved timestamps. When the sink does not accept a
/// request in all tries, the job starts again from the high water after a pause, so rows are repeated in other batches.
/// </summary>
internal sealed class ChangefeedJob(JobRecord job, History history, JobStore store, TableScanner scanner, TimeProvider time)
{
    private const int ReadAtOnce = 2000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private HlcTimestamp _highWater = job.HighWater;
    private string _scan = job.Scan;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = FirstPause;
        while (true)
        {
            HlcTimestamp before = _highWater;
            try
            {
                if (await RunOnceAsync(cancellationToken)) return;
            }
            catch (SinkException e)
            {
                await store.ReportAsync(job.Id, "running", "transient error: " + e.Message, null, cancellationToken);
            }

            // Progress resets the pause: only failures without progress make it grow.
            if (_highWater > before) pause = FirstPause;
            await Task.Delay(pause, time, cancellationToken);
            TimeSpan most = JobRecord.ParseDuration(await store.SettingAsync("changefeed.max_retry_backoff", cancellationToken));
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, most.Ticks));
        }
    }

    /// <returns>True when the job is done, because it only had to scan.</returns>
    private async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        using var incarnation = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var sink = new WebhookSink(job);
        int workers = int.Parse(
            await store.SettingAsync("changefeed.sink_io_workers", cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
        var sender = new BatchSender(sink, workers, time, incarnation.Token);
        try
        {
            if (_scan is "yes" or "only") await ScanAsync(sender, incarnation.Token);
            if (_scan == "only" && await store.ChangeAsync(job.Id, "running", "succeeded", "", cancellationToken)) return true;
            _scan = "done";
            await FollowAsync(sink, sender, incarnation.Token);
            return false;
        }
        finally
        {
            // Requests of this incarnation must not reach the sink after the next one has begun.
            await incarnation.CancelAsync();
            await sender.EndAsync();
        }
    }

    private async Task ScanAsync(BatchSender sender, CancellationToken cancellationToken)
    {
        await foreach (Change row in scanner.ScanAsync(job.Tables.Keys, _highWater, cancellationToken))
            await sender.AddAsync(Message(row), row.Key, row.Updated);
        await sender.FlushAsync();
        // Every row of the scan must be accepted first: a restart after this would not scan again.
        while (await sender.DeliveredAsync(_highWater) < _highWater) await sender.WhenAnyAsync();
        if (job.Scan != "only") await store.ScannedAsync(job.Id, cancellationToken);
    }

    private async Task FollowAsync(WebhookSink sink, BatchSender sender, CancellationToken cancellationToken)
    {
        int position = history.PositionAfter(_highWater);
        HlcTimestamp read = _highWater;
        TimeSpan often = Max(job.Interval("resolved", TimeSpan.Zero), job.Interval("min_checkpoint_frequency", TimeSpan.FromSeconds(30)));
        long resolvedAt = 0;
        while (true)
        {
            // Taken before reading: a commit during the read would otherwise not end the wait.
            Task moved = history.Moved;
            (Change[] changes, HlcTimestamp closed) = history.Read(position, ReadAtOnce);
            foreach (Change change in changes.Where(change => job.Tables.ContainsKey(change.Table)))
                await sender.AddAsync(Message(change), change.Key, change.Updated);
            position += changes.Length;
            if (closed > read) read = closed;
            if (sender.UntilFlush == TimeSpan.Zero) await sender.FlushAsync();

            HlcTimestamp delivered = await sender.DeliveredAsync(read);
            if (delivered > _highWater && (resolvedAt == 0 || time.GetElapsedTime(resolvedAt) >= often))
            {
                resolvedAt = time.GetTimestamp();
                _highWater = delivered;
                await store.ReportAsync(
                    job.Id, "running", $"running: resolved={delivered.Wall},{delivered.Logical}", delivered, cancellationToken);
                if (job.Has("resolved")) await sink.SendAsync($"{{\"resolved\":\"{delivered}\"}}", cancellationToken);
            }

            if (changes.Length < ReadAtOnce) await WaitAsync(moved, sender, cancellationToken);
        }
    }

    private async Task WaitAsync(Task moved, BatchSender sender, CancellationToken cancellationToken)
    {
        using var rest = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task timer = Task.Delay(sender.UntilFlush ?? TimeSpan.FromMilliseconds(200), time, rest.Token);
        await Task.WhenAny(moved, timer, sender.WhenAnyAsync());
        await rest.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    // Members are in alphabetical order, as CockroachDB writes them.
    private string Message(Change change)
    {
        var json = new StringBuilder("{\"after\": ").Append(change.After ?? "null");
        if (job.Has("diff")) json.Append(", \"before\": ").Append(change.Before ?? "null");
        json.Append(", \"key\": ").Append(change.Key);
        if (job.Has("mvcc_timestamp")) json.Append(", \"mvcc_timestamp\": \"").Append(change.Updated).Append('"');
        json.Append(", \"topic\": ").Append(CockroachJson.Text(Topic(job.Tables[change.Table])));
        if (job.Has("updated")) json.Append(", \"updated\": \"").Append(change.Updated).Append('"');
        return json.Append('}').ToString();
    }

    private string Topic(string fullName)
    {
        TableName name = TableName.Parse(fullName);
        return job.Has("full_table_name") ? fullName : name.Table;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
