using System.Text;
using Failback.Contracts;
using Failback.Testing.Processes;

namespace Failback.Testing.Captures;

/// <summary>
/// Posts the requests of a capture as CockroachDB would: in order, at most two with rows in flight and never two with the same key,
/// a resolved message only after everything before it was accepted. A refused request is repeated; with <see
/// cref="RestartAfterFailures"/> the feed restarts after the last accepted resolved message, like a changefeed job. Requests that
/// failed in the capture had arrived, so they are sent too.
/// </summary>
public sealed class CaptureReplayer(HttpClient client, Uri webhook, TimeProvider? time = null)
{
    private static readonly TimeSpan[] Pauses = [
        TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500)];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long _rows;
    private long _requests;
    private long _refusals;
    private long _restarts;
    private long _progressAt;

    /// <summary>
    /// Restarts from the last accepted resolved message after a request has failed four times; otherwise repeats the request.
    /// </summary>
    public bool RestartAfterFailures { get; init; }

    /// <summary>Longest time without an accepted request before the replay gives up; a changefeed never does.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Called with the index of each request before it is sent: the place where tests break things.</summary>
    public Func<int, Task>? BeforeRequest { get; init; }

    /// <summary>Rows accepted so far, including repeats.</summary>
    public long AcceptedRows => Interlocked.Read(ref _rows);

    /// <summary>Requests accepted so far.</summary>
    public long AcceptedRequests => Interlocked.Read(ref _requests);

    /// <summary>Number of answers other than 2xx and of broken connections.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>Number of restarts after a resolved message.</summary>
    public long Restarts => Interlocked.Read(ref _restarts);

    /// <summary>Latest resolved timestamp accepted.</summary>
    public HlcTimestamp Resolved { get; private set; }

    /// <summary>The reason of the latest refusal.</summary>
    public string LastRefusal { get; private set; } = "";

    /// <summary>Sends all requests and returns when the last one was accepted.</summary>
    /// <exception cref="TimeoutException">No request was accepted for longer than <see cref="GiveUpAfter"/>.</exception>
    public async Task ReplayAsync(IReadOnlyList<CaptureRequest> requests, CancellationToken cancellationToken = default)
    {
        int from = 0;
        Interlocked.Exchange(ref _progressAt, _time.GetTimestamp());
        while (true)
        {
            int? failed = await RunAsync(requests, from, cancellationToken);
            if (failed is null) return;
            Interlocked.Increment(ref _restarts);
            from = AfterLastResolved(requests);
        }
    }

    private async Task<int?> RunAsync(IReadOnlyList<CaptureRequest> requests, int from, CancellationToken cancellationToken)
    {
        List<(Task<bool> Sent, IReadOnlyList<string> Keys, int Index)> flying = [];
        for (int i = from; i < requests.Count; i++)
        {
            CaptureRequest request = requests[i];
            if (BeforeRequest is not null) await BeforeRequest(i);
            while (flying.Count > 0
                && (request.Resolved is not null || flying.Count >= 2
                    || flying.Exists(f => f.Keys.Intersect(request.Keys, StringComparer.Ordinal).Any())))
            {
                Task<bool> done = await Task.WhenAny(flying.Select(f => f.Sent));
                int at = flying.FindIndex(f => f.Sent == done);
                // Requests in flight are awaited before a restart: late ones would otherwise arrive among those of the next run.
                if (!await done) return await AbandonAsync(flying, flying[at].Index);
                flying.RemoveAt(at);
            }

            Task<bool> sent = SendAsync(request, cancellationToken);
            if (request.Resolved is null)
            {
                flying.Add((sent, request.Keys, i));
                continue;
            }

            if (!await sent) return i;
            if (request.Resolved > Resolved) Resolved = request.Resolved.Value;
        }

        foreach ((Task<bool> sent, _, int index) in flying)
        {
            if (!await sent) return await AbandonAsync(flying, index);
        }

        return null;
    }

    private static async Task<int> AbandonAsync(List<(Task<bool> Sent, IReadOnlyList<string> Keys, int Index)> flying, int index)
    {
        await Task.WhenAll(flying.Select(f => f.Sent));
        return index;
    }

    private int AfterLastResolved(IReadOnlyList<CaptureRequest> requests)
    {
        for (int i = requests.Count - 1; i >= 0; i--)
        {
            if (requests[i].Resolved == Resolved) return i + 1;
        }

        return 0;
    }

    private async Task<bool> SendAsync(CaptureRequest request, CancellationToken cancellationToken)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (await AcceptedAsync(request, cancellationToken)) return true;
            Interlocked.Increment(ref _refusals);
            if (_time.GetElapsedTime(Interlocked.Read(ref _progressAt)) > GiveUpAfter)
                throw new TimeoutException($"request {request.Sequence} was refused for {GiveUpAfter}: {LastRefusal}");
            if (RestartAfterFailures && attempt >= Pauses.Length) return false;
            await Task.Delay(Pauses[Math.Min(attempt, Pauses.Length - 1)], _time, cancellationToken);
        }
    }

    private async Task<bool> AcceptedAsync(CaptureRequest request, CancellationToken cancellationToken)
    {
        using var content = new StringContent(request.Body, Encoding.UTF8);
        content.Headers.ContentType = new("application/json");
        try
        {
            using HttpResponseMessage answer = await client.PostAsync(webhook, content, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                Interlocked.Add(ref _rows, request.Rows);
                Interlocked.Increment(ref _requests);
                Interlocked.Exchange(ref _progressAt, _time.GetTimestamp());
                return true;
            }

            LastRefusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}";
            return false;
        }
        catch (Exception e) when (BrokenCall.IsWithoutResult(e) && !cancellationToken.IsCancellationRequested)
        {
            LastRefusal = e.Message;
            return false;
        }
    }
}
