using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Letters;

/// <summary>An operator sees refused rows, mends the target, tries them again or gives them up; the watermark follows.</summary>
public abstract class DeadLetterTests(StackFixture fixture)
{
    private readonly string _name = $"letters{Guid.NewGuid():N}"[..16];
    private Uri _webhook = new("https://unset");
    private int _clock;

    private FailbackStack Stack => fixture.Stack;

    [Fact]
    public async Task Refused_rows_are_listed_tried_again_or_given_up()
    {
        await using ITestDatabase database = await CreateAsync();
        await ExecuteAsync(database, "create table things (id bigint primary key, n int not null, note varchar(40))");
        await Stack.DefineAsync(_name, database, Schema(database), "things");
        Assert.Empty(Items(await GetAsync("dead-letters")));
        await RefusedAsync(HttpStatusCode.NotFound, "no_such_letter", "dead-letters/1/replay");
        _webhook = Stack.Webhook(await Stack.Client.StartAsync(_name));
        await PostAsync((1, "1"), (2, "3000000000"), (3, "null"), (4, "null"));
        HlcTimestamp first = await ResolveAsync();
        await UntilAsync(t => t.DeadLettered == 3);
        TableResource held = await StatusAsync();
        Assert.True(held.AppliedThrough < first && held.AddsUp, held.ToString());

        JsonElement all = await GetAsync("dead-letters");
        Assert.Equal(["[2]", "[3]", "[4]"], Items(all).Select(l => l.GetProperty("key").GetString()));
        Assert.All(Items(all), l => Assert.False(l.TryGetProperty("after", out _)));
        JsonElement page = await GetAsync("dead-letters?limit=2");
        Assert.Equal(
            "[4]", Items(await GetAsync($"dead-letters?after={page.GetProperty("next").GetInt64()}")).Single().GetProperty("key")
            .GetString());
        string kind = Items(all)[1].GetProperty("errorClass").GetString()!;
        Assert.Equal(
            2, Items(await GetAsync($"dead-letters?errorClass={kind}&olderThan=0s"))
            .Count(l => l.GetProperty("errorClass").GetString() == kind));
        Assert.Empty(Items(await GetAsync("dead-letters?olderThan=1h")));
        Assert.Empty(Items(await GetAsync("dead-letters?table=elsewhere.things")));

        // Sessions that the appliers keep for later are gone, as after a restart of the target; nobody has to ask twice.
        await EndSessionsAsync(database);
        Assert.Equal(3, Items(await GetAsync("dead-letters")).Count);

        long tooLarge = Id(all, 0), missing = Id(all, 1), given = Id(all, 2);
        Assert.Contains(
            "3000000000", (await GetAsync($"dead-letters/{tooLarge}")).GetProperty("after").GetString(), StringComparison.Ordinal);

        Assert.Contains("[2]", await CliAsync(0, "dlq", "list", _name), StringComparison.Ordinal);
        Assert.Contains("3000000000", await CliAsync(0, "dlq", "show", _name, $"{tooLarge}"), StringComparison.Ordinal);
        Assert.Contains("which letters?", await CliAsync(2, "dlq", "replay", _name), StringComparison.Ordinal);

        // Mended: it fits now.
        await ExecuteAsync(database, Widen);
        Assert.Contains("1 of 1", await CliAsync(0, "dlq", "replay", _name, $"{tooLarge}"), StringComparison.Ordinal);
        await UntilStateAsync(tooLarge, "applied");
        Assert.Equal("3000000000", await ScalarAsync(database, "select n from things where id = 2"));

        // Not mended: it comes back.
        await ActAsync($"dead-letters/{missing}/replay");
        await UntilAsync(t => t.InFlight > 0);
        await UntilStateAsync(missing, "open");

        // A newer version of the row settles it.
        await PostAsync((3, "33"));
        await ResolveAsync();
        await UntilStateAsync(missing, "superseded");
        await RefusedAsync(HttpStatusCode.Conflict, "letter_superseded", $"dead-letters/{missing}/replay");

        await RefusedAsync(HttpStatusCode.UnprocessableEntity, "reason_missing", $"dead-letters/{given}/discard", new JsonObject());
        await RefusedAsync(HttpStatusCode.Conflict, "no_source", $"dead-letters/{given}/reread");
        await RefusedAsync(HttpStatusCode.NotFound, "no_such_letter", "dead-letters/4711/replay");
        await RefusedAsync(
            HttpStatusCode.UnprocessableEntity, "invalid_filter", "dead-letters/replay",
            new JsonObject { ["filter"] = new JsonObject { ["state"] = "lost" } });
        JsonElement preview = await ActAsync("dead-letters/discard", new JsonObject { ["preview"] = true });
        Assert.Equal((1, 0), (preview.GetProperty("matched").GetInt64(), preview.GetProperty("done").GetInt64()));
        JsonElement discarded = await ActAsync("dead-letters/discard", new JsonObject { ["reason"] = "a test row" });
        Assert.Equal((1, 1), (discarded.GetProperty("matched").GetInt64(), discarded.GetProperty("done").GetInt64()));
        Assert.Equal("a test row", (await GetAsync($"dead-letters/{given}")).GetProperty("reason").GetString());

        HlcTimestamp last = await ResolveAsync();
        await Stack.Client.WaitAppliedAsync(_name, last, TimeSpan.FromSeconds(30));
        TableResource end = await StatusAsync();
        Assert.True(end is { AddsUp: true, DeadLettered: 1, InFlight: 0, Applied: 3 }, end.ToString());
        Assert.Equal("1:1,2:3000000000,3:33", await ScalarAsync(database, Contents));
        await Stack.Client.DeleteAsync(_name);
    }

    protected abstract Task<ITestDatabase> CreateAsync();

    /// <summary>Where its tables are.</summary>
    protected abstract string Schema(ITestDatabase database);

    protected abstract Task ExecuteAsync(ITestDatabase database, string sql);

    protected abstract Task<string> ScalarAsync(ITestDatabase database, string sql);

    /// <summary>Ends all other sessions of the database.</summary>
    protected abstract Task EndSessionsAsync(ITestDatabase database);

    /// <summary>Makes column n a bigint.</summary>
    protected abstract string Widen { get; }

    /// <summary>All rows as one text.</summary>
    protected abstract string Contents { get; }

    private async Task PostAsync(params (int Id, string N)[] rows)
    {
        using HttpClient client = Stack.WebhookClient();
        string payload = string.Join(
            ',', rows.Select(
                r => $"{{\"after\":{{\"id\":{r.Id},\"n\":{r.N},\"note\":\"x\"}},\"key\":[{r.Id}],"
                    + $"\"topic\":\"things\",\"updated\":\"{Now()}\"}}"));
        await Webhook.PostAsync(client, _webhook, $"{{\"payload\":[{payload}],\"length\":{rows.Length}}}");
    }

    private async Task<HlcTimestamp> ResolveAsync()
    {
        using HttpClient client = Stack.WebhookClient();
        HlcTimestamp now = Now();
        await Webhook.PostAsync(client, _webhook, $"{{\"resolved\":\"{now}\"}}");
        return now;
    }

    private HlcTimestamp Now() => new(1_760_000_000_000_000_000 + (++_clock * 1_000_000L), 0);

    private async Task<TableResource> StatusAsync() => (await Stack.Client.TablesAsync(_name)).Single();

    private Task UntilAsync(Func<TableResource, bool> reached)
    {
        string last = "";
        return Wait.UntilAsync(async () =>
        {
            TableResource now = await StatusAsync();
            last = now.ToString();
            return reached(now);
        }, TimeSpan.FromSeconds(30), () => last);
    }

    private Task UntilStateAsync(long id, string state)
    {
        string last = "";
        return Wait.UntilAsync(
            async () => (last = (await GetAsync($"dead-letters/{id}")).GetProperty("state").GetString()!) == state,
            TimeSpan.FromSeconds(30), () => $"letter {id} is {last}, not {state}");
    }

    private async Task RefusedAsync(HttpStatusCode status, string code, string path, JsonObject? body = null)
    {
        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() => ActAsync(path, body));
        Assert.Equal(status, refusal.StatusCode);
        Assert.Contains($"\"{code}\"", refusal.Message, StringComparison.Ordinal);
    }

    private Task<JsonElement> GetAsync(string path) => Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{_name}/{path}", null);

    private Task<JsonElement> ActAsync(string path, JsonObject? body = null) =>
        Stack.Client.SendAsync(HttpMethod.Post, $"failbacks/{_name}/{path}", body);

    private async Task<string> CliAsync(int exitCode, params string[] arguments)
    {
        await using var cli = new CliProcess(Stack, arguments);
        int code = await cli.EndAsync();
        Assert.True(code == exitCode, $"exit code {code}: {cli.Text}");
        return cli.Text;
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement page) => [.. page.GetProperty("items").EnumerateArray()];

    private static long Id(JsonElement page, int place) => Items(page)[place].GetProperty("id").GetInt64();

    /// <summary>First value of the first row as text.</summary>
    protected static async Task<string> FirstAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await connection.OpenAsync();
        await using System.Data.Common.DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture) ?? "";
    }
}
