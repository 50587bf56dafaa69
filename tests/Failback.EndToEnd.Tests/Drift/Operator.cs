using System.Text.Json;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>
/// Somebody who watches a failback and does what its status says, word for word: adds columns, runs the statements of letters and replays
/// them.
/// </summary>
internal sealed partial class Operator(ControlClient client, string failback, SqlTarget target) : IAsyncDisposable
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;

    /// <summary>Statements run so far.</summary>
    public List<string> Statements { get; } = [];

    /// <summary>Does something else than what the status says about a column.</summary>
    public Dictionary<string, string> Instead { get; } = new(StringComparer.Ordinal);

    public Operator Start()
    {
        _work = Task.Run(WatchAsync);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                foreach (TableResource table in await client.TablesAsync(failback)) await AddColumnsAsync(table.Error ?? "");
                await MendLettersAsync();
            }
            catch (Exception e) when (BrokenCall.IsWithoutResult(e))
            {
                // Not started yet, or deleted: what a status says when it can be had is all that counts here.
            }

            await Task.Delay(Between, _stop.Token)
                .ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private async Task AddColumnsAsync(string error)
    {
        Match unknown = Unknown().Match(error);
        if (!unknown.Success) return;
        string[] columns = unknown.Groups["columns"].Value.Split(", ");
        string[] statements = [.. Statement().Matches(error).Select(m => m.Value).Take(columns.Length)];
        for (int i = 0; i < columns.Length; i++) await RunAsync(Instead.GetValueOrDefault(columns[i], statements[i]));
    }

    private async Task MendLettersAsync()
    {
        JsonElement page = await client.SendAsync(HttpMethod.Get, $"failbacks/{failback}/dead-letters", null);
        foreach (long id in page.GetProperty("items").EnumerateArray().Select(l => l.GetProperty("id").GetInt64()).ToList())
        {
            JsonElement letter = await client.SendAsync(HttpMethod.Get, $"failbacks/{failback}/dead-letters/{id}", null);
            if (letter.GetProperty("state").GetString() != "open") continue;
            foreach (JsonElement fix in letter.GetProperty("target").GetProperty("fixes").EnumerateArray())
                await RunAsync(fix.GetString()!);
            try
            {
                await client.SendAsync(HttpMethod.Post, $"failbacks/{failback}/dead-letters/{id}/replay", null);
            }
            catch (HttpRequestException e) when (e.StatusCode == System.Net.HttpStatusCode.Conflict)
            {
                // A newer version of the row came first.
            }
        }
    }

    /// <summary>Once: a status that was read before the last statement took effect asks for it again.</summary>
    private async Task RunAsync(string statement)
    {
        if (Statements.Contains(statement)) return;
        await target.ExecuteAsync(statement);
        Statements.Add(statement);
    }

    [GeneratedRegex(@"columns that \S+ lacks \((?<columns>[^)]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Unknown();

    [GeneratedRegex("ALTER TABLE [^;]+;", RegexOptions.None, 1000)]
    private static partial Regex Statement();
}
