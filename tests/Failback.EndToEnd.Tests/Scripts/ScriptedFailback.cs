using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>A failback with a userscript into a fresh database, its changefeed in the test's hands.</summary>
internal sealed class ScriptedFailback : IAsyncDisposable
{
    private const long Start = 1_760_000_000_000_000_000;
    private readonly FailbackStack _stack;
    private readonly SqlTarget _target;
    private readonly HttpClient _client;
    private Uri _webhook = new("https://unset");
    private long _latest;

    private ScriptedFailback(FailbackStack stack, SqlTarget target, string name)
    {
        _stack = stack;
        _target = target;
        _client = stack.WebhookClient();
        Name = name;
    }

    public string Name { get; }

    /// <summary>Creates the tables, defines and starts.</summary>
    /// <param name="stack">The services.</param>
    /// <param name="ddl">Statements that make the tables.</param>
    /// <param name="script">Userscript; null: none.</param>
    /// <param name="more">Further members of the definition.</param>
    /// <param name="target">Database of the tables, which ends with the failback; null: a fresh PostgreSQL database.</param>
    public static async Task<ScriptedFailback> StartAsync(
        FailbackStack stack, string ddl, string? script, JsonObject? more = null, SqlTarget? target = null)
    {
        target ??= await SqlTarget.CreatePostgresAsync();
        var failback = new ScriptedFailback(stack, target, $"script{Guid.NewGuid():N}"[..16]);
        await target.ExecuteAsync(ddl);
        JsonObject definition = more ?? [];
        if (script is not null) definition["userscript"] = script;
        failback._webhook = await stack.StartFailbackAsync(failback.Name, target.Database, target.Schema, ".*", definition);
        await failback.UntilSinkRunsAsync(script is null ? 0 : 1);
        return failback;
    }

    /// <summary>A row as a changefeed sends it; its version is the <paramref name="at"/>th microsecond.</summary>
    public static string Row(string table, int at, string key, string? after, string? before = null) =>
        $$"""{"after":{{after ?? "null"}},"key":{{key}},"topic":"{{table}}","updated":"{{At(at)}}"{{(before is null ? "" : $",\"before\":{before}")}}}""";

    /// <summary>Sends rows in one request until it is taken.</summary>
    public Task PostAsync(params string[] rows)
    {
        Remember(rows);
        return Webhook.PostAsync(_client, _webhook, Body(rows));
    }

    /// <summary>
    /// Sends rows until they are refused for a reason; answers the status. A request that took too long is refused for that first.
    /// </summary>
    public async Task<int> RefusedAsync(string reason, params string[] rows)
    {
        int status = 0;
        string text = "";
        await Wait.UntilAsync(
            async () =>
            {
                using var content = new StringContent(Body(rows), Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await _client.PostAsync(_webhook, content);
                status = (int)answer.StatusCode;
                text = await answer.Content.ReadAsStringAsync();
                return text.Contains(reason, StringComparison.Ordinal);
            },
            TimeSpan.FromSeconds(60),
            () => $"{status} {text}");
        return status;
    }

    /// <summary>Resolves all that was sent and waits until it is applied, or set aside.</summary>
    public async Task SettleAsync()
    {
        HlcTimestamp resolved = new(_latest + 1, 0);
        await Webhook.PostAsync(_client, _webhook, $$"""{"resolved":"{{resolved}}"}""");
        await Wait.UntilAsync(
            async () => await _target.ScalarAsync(
                    "select count(*) from information_schema.tables where table_name = 'checkpoint' and "
                        + $"table_schema = '{_target.Database.StagingSchema}'") == "1"
                && long.Parse(
                    await _target.ScalarAsync(
                        $"select coalesce(min(resolved_wall), 0) from {_target.Database.StagingSchema}.checkpoint where failback = "
                            + $"'{Name}'"),
                    CultureInfo.InvariantCulture) >= resolved.Wall
                && (await TablesAsync()).All(table => table.InFlight == 0 && HasReceived(table, resolved)),
            TimeSpan.FromSeconds(60),
            () => $"not settled\n{_stack.Logs()}");
    }

    public Task<IReadOnlyList<TableResource>> TablesAsync() => _stack.Client.TablesAsync(Name);

    /// <summary>Waits until the counts of a table, as control shows them, are so.</summary>
    public async Task UntilAsync(string table, Func<TableResource, bool> reached)
    {
        TableResource? last = null;
        await Wait.UntilAsync(
            async () => reached(last = (await TablesAsync()).Single(status => status.Table == $"{_target.Schema}.{table}")),
            TimeSpan.FromSeconds(30),
            () => $"{last}\n{_stack.Logs()}");
    }

    /// <summary>Returns all rows of a query, columns with blanks and rows with commas between them.</summary>
    public Task<string> QueryAsync(string sql) => _target.QueryAsync(sql);

    public Task ExecuteAsync(string sql) => _target.ExecuteAsync(sql);

    public Task<JsonElement> CallAsync(HttpMethod method, string path, JsonObject? body = null) =>
        _stack.Client.SendAsync(method, $"failbacks/{Name}/{path}", body);

    /// <summary>Uploads and activates a script; waits until every sink runs it.</summary>
    public async Task<long> ActivateAsync(string script)
    {
        JsonElement answer = await CallAsync(HttpMethod.Put, "scripts", new JsonObject { ["source"] = script, ["activate"] = true });
        long version = answer.GetProperty("version").GetInt64();
        await UntilSinkRunsAsync(version);
        return version;
    }

    public async Task UntilSinkRunsAsync(long version)
    {
        string last = "";
        await Wait.UntilAsync(
            async () =>
            {
                JsonElement resource = await _stack.Client.GetAsync(Name);
                last = resource.ToString();
                return version == 0 || (resource.TryGetProperty("script", out JsonElement script)
                    && script.GetProperty("runBySinks") is var run && run.GetArrayLength() == 1 && run[0].GetInt64() == version);
            },
            TimeSpan.FromSeconds(30),
            () => last + "\n" + _stack.Logs());
    }

    public async ValueTask DisposeAsync()
    {
        await _stack.Client.DeleteAsync(Name);
        _client.Dispose();
        await _target.DisposeAsync();
    }

    /// <summary>The report that control shows is of a time when the resolved timestamp had been read.</summary>
    private static bool HasReceived(TableResource table, HlcTimestamp resolved) =>
        HlcTimestamp.TryParse(table.ReceivedResolved ?? "", out HlcTimestamp received) && received >= resolved;

    private static HlcTimestamp At(int at) => new(Start + (at * 1000L), 0);

    private static string Body(string[] rows) => $$"""{"payload":[{{string.Join(',', rows)}}],"length":{{rows.Length}}}""";

    private void Remember(string[] rows)
    {
        foreach (string row in rows)
        {
            using JsonDocument document = JsonDocument.Parse(row);
            _latest = Math.Max(_latest, HlcTimestamp.Parse(document.RootElement.GetProperty("updated").GetString()!).Wall);
        }
    }
}
