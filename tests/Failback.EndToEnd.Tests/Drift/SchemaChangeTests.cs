using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.Testing.Captures;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>
/// The recorded feed of a table whose columns are added, renamed, widened and dropped and whose enum gets a label, against a target that
/// somebody alters by hand: after the fact because the failback asks for it, in step, or not at all.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class SchemaChangeTests(StackFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static TheoryData<string> Products => ["postgres", "mariadb"];

    [Theory, MemberData(nameof(Products))]
    public async Task Stop_asks_for_each_column_and_goes_on_once_it_is_there(string product)
    {
        await using SqlTarget target = await DriftStack.CreateAsync(fixture.Stack, product);
        Capture capture = await StartAsync(product, target, "stop", "");
        await using Operator op = new Operator(
            fixture.Stack.Client, Name(product, "stop"), target)
        { Instead = { ["remark"] = Rename(product) } }.Start();
        int renamed = capture.Requests.ToList().FindIndex(r => r.Body.Contains("\"remark\"", StringComparison.Ordinal));
        // The column is there under its old name before the new one is asked for.
        await ReplayAsync(
            capture, Name(product, "stop"), index => index == renamed
            ? AppliedBeforeAsync(capture, index, Name(product, "stop"))
            : Task.CompletedTask);
        await CompareAsync(product, target, "stop", capture, null);
        Assert.Contains(op.Statements, s => s.Contains("big", StringComparison.Ordinal) && s.Contains("bigint", StringComparison.Ordinal));
        Assert.Contains(op.Statements, s => s.Contains("blue", StringComparison.Ordinal));
        Assert.Contains(op.Statements, s => s.Contains("(14,4)", StringComparison.Ordinal));
        await fixture.Stack.Client.DeleteAsync(Name(product, "stop"));
    }

    [Theory, MemberData(nameof(Products))]
    public async Task Ignore_loses_nothing_of_a_target_that_is_altered_in_step(string product)
    {
        await using SqlTarget target = await DriftStack.CreateAsync(fixture.Stack, product);
        Capture capture = await StartAsync(product, target, "ignore", "");
        string name = Name(product, "ignore");
        var steps = new List<(string Sign, string Statement)>(InStep(product));
        await ReplayAsync(capture, name, async index =>
        {
            string body = capture.Requests[index].Body;
            bool dropped = body.Contains("\"remark\"", StringComparison.Ordinal) && !body.Contains("\"stock\"", StringComparison.Ordinal);
            foreach ((string Sign, string Statement) step in steps.Where(
                s => s.Sign.Length > 0 ? body.Contains(s.Sign, StringComparison.Ordinal) : dropped).ToList())
            {
                // Rows before it were made for the columns as they are.
                await AppliedBeforeAsync(capture, index, name);
                await target.ExecuteAsync(step.Statement);
                steps.Remove(step);
            }
        });
        await CompareAsync(product, target, "ignore", capture, null);
        Assert.Empty(steps);
        await fixture.Stack.Client.DeleteAsync(name);
    }

    [Theory, MemberData(nameof(Products))]
    public async Task Extras_keep_what_the_target_has_no_column_for(string product)
    {
        await using SqlTarget target = await DriftStack.CreateAsync(fixture.Stack, product);
        Capture capture = await StartAsync(product, target, "extras:more", product == "postgres" ? ", more jsonb" : ", more json");
        await using Operator op = new Operator(fixture.Stack.Client, Name(product, "extras"), target).Start();
        await ReplayAsync(capture, Name(product, "extras"));
        await CompareAsync(product, target, "extras", capture, "more");
        Assert.DoesNotContain(op.Statements, s => s.Contains("ADD COLUMN", StringComparison.Ordinal));
        JsonElement table =
            (await fixture.Stack.Client.SendAsync(HttpMethod.Get, $"failbacks/{Name(product, "extras")}/tables", null)).EnumerateArray()
            .Single();
        Assert.Contains("remark", table.GetProperty("unknownColumns").EnumerateArray().Select(c => c.GetString()));
        await fixture.Stack.Client.DeleteAsync(Name(product, "extras"));
    }

    private static string Name(string product, string policy) => $"drift-{product}-{policy}";

    private static string Rename(string product) =>
        product == "postgres" ? "ALTER TABLE products RENAME note TO remark;" : "ALTER TABLE products RENAME COLUMN note TO remark;";

    private static IEnumerable<(string Sign, string Statement)> InStep(string product)
    {
        bool postgres = product == "postgres";
        yield return ("\"note\"", "ALTER TABLE products ADD COLUMN note text");
        yield return ("\"stock\"", "ALTER TABLE products ADD COLUMN stock bigint NOT NULL DEFAULT 7");
        yield return ("\"upper_name\"", "ALTER TABLE products ADD COLUMN upper_name text");
        yield return ("blue", postgres ? "ALTER TYPE colour ADD VALUE 'blue'" : "ALTER TABLE products MODIFY c enum('red','green','blue')");
        yield return ("\"remark\"", Rename(product));
        yield return (
            "1234567890", postgres
            ? "ALTER TABLE products ALTER price TYPE numeric(14,4)"
            : "ALTER TABLE products MODIFY price decimal(14,4)");
        yield return ("", "ALTER TABLE products DROP COLUMN stock");
        yield return (
            "\"name\":null", postgres
            ? "ALTER TABLE products ALTER name DROP NOT NULL"
            : "ALTER TABLE products MODIFY name varchar(100) NULL");
        yield return ("\"big\"", "ALTER TABLE products ADD COLUMN big bigint");
    }

    private async Task<Capture> StartAsync(string product, SqlTarget target, string policy, string more)
    {
        if (product == "postgres") await target.ExecuteAsync("create type colour as enum ('red', 'green')");
        string colour = product == "postgres" ? "colour" : "enum('red','green')";
        await target.ExecuteAsync(
            $"create table products (id bigint primary key, name varchar(100) not null, price numeric(10,2), c {colour}{more})");
        await fixture.Stack.StartFailbackAsync(
            Name(product, policy.Split(':')[0]), target.Database, target.Schema, "products",
            new JsonObject { ["onUnknownColumn"] = policy });
        return Capture.Load("f_schema_change");
    }

    private Task AppliedBeforeAsync(Capture capture, int index, string name) =>
        fixture.Stack.Client.WaitAppliedAsync(name, capture.Requests.Take(index).Max(r => r.Resolved ?? default), Patience);

    private async Task ReplayAsync(Capture capture, string name, Func<int, Task>? before = null)
    {
        using HttpClient client = fixture.Stack.WebhookClient();
        JsonElement failback = await fixture.Stack.Client.GetAsync(name);
        await new CaptureReplayer(
            client, fixture.Stack.Webhook(failback.GetProperty("webhookPath").GetString()!))
        { BeforeRequest = before }.ReplayAsync(
                capture.Requests);
        try
        {
            await fixture.Stack.Client.WaitAppliedAsync(name, capture.LastResolved, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{fixture.Stack.Logs()}", e);
        }
    }

    /// <summary>
    /// Every row of the source, column by column; columns that the target lacks are looked for in <paramref name="extras"/>.
    /// </summary>
    private async Task CompareAsync(string product, SqlTarget target, string policy, Capture capture, string? extras)
    {
        foreach (JsonElement row in capture.Final["products"].Json.Select(json => JsonDocument.Parse(json).RootElement))
        {
            JsonElement kept = extras is null
                ? default
                : JsonDocument.Parse(
                    await target.ScalarAsync($"select {extras} from products where id = {row.GetProperty("id")}")).RootElement;
            foreach (JsonProperty column in row.EnumerateObject())
            {
                bool unknown = extras is not null && column.Name is not ("id" or "name" or "price" or "c");
                string found = unknown
                    ? kept.GetProperty(column.Name).ToString()
                    : await target.ScalarAsync(
                        $"select {(product == "postgres" ? column.Name + "::text" : column.Name)} from products where id = "
                            + $"{row.GetProperty("id")}");
                Assert.Equal(Canonical(column.Value.ToString()), Canonical(found));
            }
        }

        TableResource status = (await fixture.Stack.Client.TablesAsync(Name(product, policy))).Single();
        Assert.True(status is { AddsUp: true, DeadLettered: 0, InFlight: 0, Error: null }, status.ToString());
        Assert.Equal("9", await target.ScalarAsync("select count(*) from products"));
    }

    private static string Canonical(string text) =>
        decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out decimal number)
        ? number.ToString("0.############", System.Globalization.CultureInfo.InvariantCulture)
        : text;
}
