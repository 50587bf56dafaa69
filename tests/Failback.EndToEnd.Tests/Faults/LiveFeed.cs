using Failback.Contracts;
using Failback.Testing.Changefeeds;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>A source that commits a row five times a second at the present time, and whose resolved timestamps follow at once.</summary>
internal sealed class LiveFeed : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient _client;
    private readonly string _table;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _feeding;

    private LiveFeed(HttpClient client, Uri webhook, string table)
    {
        _client = client;
        _table = table;
        _feeding = FeedAsync(new FeedPoster(client, webhook));
    }

    public static LiveFeed Start(FaultedStack faulted, Uri webhook, string table) => new(faulted.Stack.WebhookClient(), webhook, table);

    /// <summary>The source goes away.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _feeding;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task FeedAsync(FeedPoster poster)
    {
        for (int id = 1; !_stop.IsCancellationRequested; id++)
        {
            HlcTimestamp now = HlcTimestamp.FromTime(TimeProvider.System.GetUtcNow());
            FeedRow row = new(_table, $"[{id}]", $$"""{"id": {{id}}}""", null, now);
            await poster.PostAsync([new FeedRequest([row], null), new FeedRequest([], now)], TimeSpan.Zero);
            await Task.Delay(Every, _stop.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }
}
