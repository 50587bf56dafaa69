using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Faults;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Drift;

/// <summary>
/// Random rows while somebody alters the target at random: types that are widened and narrowed within what the values need, columns that
/// come and go, tables and columns that are renamed for a while. In the end the target has what was sent, digit for digit.
/// </summary>
[Collection(CockroachCollection.Name)]
public sealed class RandomDdlTests(StackFixture fixture, ITestOutputHelper output)
{
    private const int Requests = 60;
    private const int Keys = 40;
    private const string Name = "random-ddl";

    private static readonly string[] Postgres =
    [
        "ALTER TABLE item ALTER n TYPE numeric(20,8)", "ALTER TABLE item ALTER n TYPE numeric(14,4)",
        "ALTER TABLE item ALTER t TYPE varchar(200)", "ALTER TABLE item ALTER t TYPE text",
        "ALTER TABLE item ALTER c TYPE numeric(30,0)", "ALTER TABLE item ALTER c TYPE bigint USING c::bigint",
        "ALTER TABLE item ADD COLUMN IF NOT EXISTS own int NOT NULL DEFAULT 5",
        "ALTER TABLE item DROP COLUMN IF EXISTS own", "CREATE UNIQUE INDEX IF NOT EXISTS item_u ON item (id, t)",
        "DROP INDEX IF EXISTS item_u",
    ];

    private static readonly string[] MariaDb =
    [
        "ALTER TABLE item MODIFY n decimal(20,8)", "ALTER TABLE item MODIFY n decimal(14,4)", "ALTER TABLE item MODIFY t varchar(200)",
        "ALTER TABLE item MODIFY t text",
        "ALTER TABLE item MODIFY c decimal(30,0)", "ALTER TABLE item MODIFY c bigint",
        "ALTER TABLE item ADD COLUMN IF NOT EXISTS own int NOT NULL DEFAULT 5",
        "ALTER TABLE item DROP COLUMN IF EXISTS own", "CREATE INDEX IF NOT EXISTS item_u ON item (n)",
        "DROP INDEX IF EXISTS item_u ON item",
    ];

    [Theory, InlineData("postgres", "consistent"), InlineData("mariadb", "bestEffort")]
    public async Task The_target_ends_with_what_was_sent_however_it_was_altered_meanwhile(string product, string mode)
    {
        int seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using SqlTarget target = await DriftStack.CreateAsync(fixture.Stack, product);
        await target.ExecuteAsync("CREATE TABLE item (id bigint PRIMARY KEY, n decimal(14,4), t varchar(100), c bigint)");
        Uri webhook = await fixture.Stack.StartFailbackAsync(
            Name, target.Database, target.Schema, "item", new JsonObject { ["mode"] = mode });
        var model = new SortedDictionary<int, string>();
        using var stop = new CancellationTokenSource();
        Task altering = AlterAsync(target, product == "postgres" ? Postgres : MariaDb, new Random(seed + 1), stop.Token);
        HlcTimestamp last = await SendAsync(webhook, random, model);
        await stop.CancelAsync();
        await altering;
        try
        {
            await fixture.Stack.Client.WaitAppliedAsync(Name, last, TimeSpan.FromSeconds(40));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"seed {seed}: {e.Message}\n{fixture.Stack.Logs()}", e);
        }

        string text = product == "postgres"
            ? await target.ScalarAsync("SELECT string_agg(concat_ws('/', id, n::numeric(14,4), t, c), ',' ORDER BY id) FROM item")
            : await target.ScalarAsync(
                "SELECT JSON_UNQUOTE(JSON_ARRAYAGG(concat_ws('/', id, CAST(n AS decimal(14,4)), t, c) ORDER BY id)) FROM item");
        string found = product == "postgres"
            ? text
            : string.Join(',', JsonNode.Parse(text)!.AsArray().Select(row => row!.GetValue<string>()));
        Assert.True(string.Join(',', model.Values) == found, $"seed {seed}: expected\n{string.Join(',', model.Values)}\nfound\n{found}");
        TableResource status = (await fixture.Stack.Client.TablesAsync(Name)).Single();
        Assert.True(status is { AddsUp: true, DeadLettered: 0, InFlight: 0 }, $"seed {seed}: {status}");
        await fixture.Stack.Client.DeleteAsync(Name);
    }

    private async Task<HlcTimestamp> SendAsync(Uri webhook, Random random, SortedDictionary<int, string> model)
    {
        using HttpClient client = fixture.Stack.WebhookClient();
        long clock = 1_790_000_000_000_000_000;
        for (int i = 0; i < Requests; i++)
        {
            var rows = new List<string>();
            foreach (int id in Enumerable.Range(0, 8).Select(_ => random.Next(Keys)).Distinct()) rows.Add(Row(random, id, ++clock, model));
            await Webhook.PostAsync(client, webhook, $"{{\"payload\":[{string.Join(',', rows)}],\"length\":{rows.Count}}}");
            if (i % 2 == 0) await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{new HlcTimestamp(++clock, 0)}\"}}");
            await Task.Delay(random.Next(60));
        }

        var last = new HlcTimestamp(++clock, 0);
        await Webhook.PostAsync(client, webhook, $"{{\"resolved\":\"{last}\"}}");
        return last;
    }

    private static string Row(Random random, int id, long clock, SortedDictionary<int, string> model)
    {
        string head = $"\"key\":[{id}],\"topic\":\"item\",\"updated\":\"{new HlcTimestamp(clock, 0)}\"";
        if (random.Next(5) == 0)
        {
            model.Remove(id);
            return $"{{\"after\":null,{head}}}";
        }

        string n = (random.Next(1_000_000_000) / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture);
        long c = random.NextInt64();
        string t = new('x', random.Next(1, 100));
        model[id] = $"{id}/{n}/{t}/{c}";
        return $"{{\"after\":{{\"c\":{c},\"id\":{id},\"n\":{n},\"t\":\"{t}\"}},{head}}}";
    }

    /// <summary>Ends with the table and its columns under their names.</summary>
    private static async Task AlterAsync(SqlTarget target, string[] statements, Random random, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            switch (random.Next(6))
            {
                case 0:
                    await ForAWhileAsync(target, "ALTER TABLE item RENAME TO away", "ALTER TABLE away RENAME TO item", random);
                    break;
                case 1:
                    await ForAWhileAsync(target, "ALTER TABLE item RENAME COLUMN t TO u", "ALTER TABLE item RENAME COLUMN u TO t", random);
                    break;
                default:
                    await target.ExecuteAsync(statements[random.Next(statements.Length)]);
                    break;
            }

            await Task.Delay(random.Next(200), CancellationToken.None);
        }
    }

    private static async Task ForAWhileAsync(SqlTarget target, string there, string back, Random random)
    {
        await target.ExecuteAsync(there);
        await Task.Delay(random.Next(300), CancellationToken.None);
        await target.ExecuteAsync(back);
    }
}
