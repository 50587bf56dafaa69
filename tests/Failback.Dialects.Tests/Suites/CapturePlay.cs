using System.Text.Json;
using Failback.Apply.Failures;
using Failback.Contracts;
using Failback.Testing.Captures;
using Change = Failback.Dialects.Tests.Suites.EngineHarness.Change;

namespace Failback.Dialects.Tests.Suites;

/// <summary>What a recorded changefeed sent, through the engine alone: a window at each resolved timestamp.</summary>
internal static class CapturePlay
{
    /// <summary>Plays the capture to its end; what halts it is handed to <paramref name="mendAsync"/>, and all is sent again.</summary>
    /// <param name="engine">Has the tables.</param>
    /// <param name="name">Of the capture.</param>
    /// <param name="isOneWindow">Only the last resolved timestamp ends a window.</param>
    /// <param name="mendAsync">The operator's step.</param>
    /// <returns>Codes of the halts, in their order.</returns>
    public static async Task<IReadOnlyList<string>> RunAsync(
        EngineHarness engine, string name, bool isOneWindow, Func<Failure, Task> mendAsync)
    {
        Capture capture = Capture.Load(name);
        var halts = new List<string>();
        while (halts.Count < 10)
        {
            try
            {
                await SendAsync(engine, capture, isOneWindow);
                break;
            }
            catch (GroupHaltedException e)
            {
                halts.Add(e.Failure.Code);
                await mendAsync(e.Failure);
            }
        }

        return halts;
    }

    /// <summary>Values of a table at the end, as CockroachDB had them, in the order of its columns.</summary>
    public static IReadOnlyList<string> Final(string name, string table) =>
        [.. Capture.Load(name).Final[table].Rows.Select(r => string.Join('|', r.Select(v => v ?? "-"))).Order(StringComparer.Ordinal)];

    private static async Task SendAsync(EngineHarness engine, Capture capture, bool isOneWindow)
    {
        var rows = new List<Change>();
        foreach (CaptureRequest request in capture.Requests)
        {
            if (request.Resolved is not { } resolved) rows.AddRange(Rows(request));
            else if (!isOneWindow || resolved == capture.LastResolved)
            {
                await engine.WindowAsync(resolved, rows);
                rows.Clear();
            }
        }
    }

    private static IEnumerable<Change> Rows(CaptureRequest request)
    {
        using JsonDocument body = JsonDocument.Parse(request.Body);
        foreach (JsonElement row in body.RootElement.GetProperty("payload").EnumerateArray())
        {
            JsonElement after = row.GetProperty("after");
            yield return new Change(
                row.GetProperty("topic").GetString()!, row.GetProperty("key").GetRawText(),
                after.ValueKind == JsonValueKind.Null ? null : after.GetRawText(), 0)
            {
                Updated = HlcTimestamp.Parse(row.GetProperty("updated").GetString()!),
            };
        }
    }
}
