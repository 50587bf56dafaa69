using System.Diagnostics;
using System.Text;
using Failback.Testing.Processes;

namespace Failback.Testing.Changefeeds;

/// <summary>
/// Posts the requests of a run, spread over a duration, as a changefeed does: a few in flight, never two with the same key, a
/// resolved timestamp only after everything before it was accepted, and the same request again while it is refused or unanswered.
/// </summary>
/// <param name="client">HTTP client of the changefeed.</param>
/// <param name="webhook">Address of the webhook.</param>
/// <param name="inFlight">Most requests with rows in flight.</param>
public sealed class FeedPoster(HttpClient client, Uri webhook, int inFlight = 3)
{
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);
    private long _rows;
    private long _refusals;

    /// <summary>Rows answered 2xx.</summary>
    public long AcceptedRows => Interlocked.Read(ref _rows);

    /// <summary>Refused or unanswered requests; each was sent again.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>The reason of the latest refusal.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <summary>Sends all requests evenly over the duration; it takes longer when requests are refused.</summary>
    public async Task PostAsync(IReadOnlyList<FeedRequest> requests, TimeSpan duration, CancellationToken cancellationToken = default)
    {
        var watch = Stopwatch.StartNew();
        List<(Task Sent, HashSet<string> Keys)> flying = [];
        for (int i = 0; i < requests.Count; i++)
        {
            FeedRequest request = requests[i];
            TimeSpan early = (duration * i / requests.Count) - watch.Elapsed;
            if (early > TimeSpan.Zero) await Task.Delay(early, cancellationToken);
            HashSet<string> keys = [.. request.Rows.Select(r => $"{r.Topic}\u001f{r.Key}")];
            // Two requests with one key in flight could arrive in the wrong order, which a changefeed never causes.
            while (flying.Count > 0
                && (request.Resolved is not null || flying.Count >= inFlight || flying.Exists(f => f.Keys.Overlaps(keys))))
            {
                Task done = await Task.WhenAny(flying.Select(f => f.Sent));
                await done;
                flying.RemoveAll(f => f.Sent == done);
            }

            Task sent = SendAsync(request, cancellationToken);
            if (request.Resolved is null) flying.Add((sent, keys));
            else await sent;
        }

        await Task.WhenAll(flying.Select(f => f.Sent));
    }

    private async Task SendAsync(FeedRequest request, CancellationToken cancellationToken)
    {
        string body = request.Body();
        var watch = Stopwatch.StartNew();
        for (int attempt = 1; !await AcceptedAsync(body, cancellationToken); attempt++)
        {
            Interlocked.Increment(ref _refusals);
            if (watch.Elapsed > GiveUpAfter) throw new TimeoutException($"a request was refused for {GiveUpAfter}: {LastRefusal}");
            await Task.Delay(Math.Min(attempt * 50, 400), cancellationToken);
        }

        Interlocked.Add(ref _rows, request.Rows.Count);
    }

    private async Task<bool> AcceptedAsync(string body, CancellationToken cancellationToken)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using HttpResponseMessage answer = await client.PostAsync(webhook, content, cancellationToken);
            if (answer.IsSuccessStatusCode) return true;
            LastRefusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e) && !cancellationToken.IsCancellationRequested)
        {
            LastRefusal = e.Message;
        }

        return false;
    }
}
