using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts;
using Failback.Testing.Captures;
using Failback.Testing.Processes;

namespace Failback.Demo;

/// <summary>
/// A userscript in the running stack: checked, uploaded, activated, and its handlers at work on the way to PostgreSQL and MariaDB.
/// </summary>
internal sealed class ScriptDemo(DemoSettings settings, DemoView view)
{
    private const string MariaDb = "FAILBACK_MARIADB_URL";
    private const string Columns = "(id integer primary key, text varchar(50), state varchar(20), words integer)";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static string Script
    {
        get
        {
            using var text = new StreamReader(typeof(ScriptDemo).Assembly.GetManifestResourceStream("userscript.ts")!);
            return text.ReadToEnd();
        }
    }

    public async Task<bool> RunAsync()
    {
        bool good = await CheckAsync();
        await using (SqlTarget postgres = await SqlTarget.CreatePostgresAsync(settings.PostgresUrl)) good &= await RunAsync(
            "PostgreSQL", postgres);
        await using SqlTarget? mariaDb = await SqlTarget.CreateMySqlAsync(MariaDb);
        if (mariaDb is not null) return await RunAsync("MariaDB", mariaDb) && good;
        view.Say($"MariaDB is left out: {MariaDb} is not set");
        return good;
    }

    /// <summary>What the command line says of the script, where the stack names one.</summary>
    private async Task<bool> CheckAsync()
    {
        if (Environment.GetEnvironmentVariable("FAILBACK_CLI") is not { Length: > 0 } cli) return true;
        string file = Path.Combine(Directory.CreateTempSubdirectory("failback-demo-").FullName, "userscript.ts");
        try
        {
            await File.WriteAllTextAsync(file, Script);
            using Process check = Process.Start(new ProcessStartInfo(cli, ["script", "check", file]))!;
            await check.WaitForExitAsync();
            if (check.ExitCode != 0) view.Verdict(good: false, $"DIFFERENT: failback script check ended with {check.ExitCode}");
            return check.ExitCode == 0;
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private async Task<bool> RunAsync(string product, SqlTarget target)
    {
        foreach (string table in (string[])["notes", "shouts"]) await target.ExecuteAsync($"create table {table} {Columns}");
        string name = $"script-{Guid.NewGuid():N}"[..16];
        using var control = new ControlClient(settings.ControlUrl, settings.ApiToken);
        await control.DefineAsync(name, new JsonObject
        {
            ["target"] = target.Database.Url,
            ["schemaFilter"] = target.Schema,
            ["stagingSchema"] = target.Database.StagingSchema,
            ["bestEffortWindow"] = "0s",
            ["changefeed"] = new JsonObject { ["managed"] = false },
        });
        try
        {
            JsonElement uploaded = await control.SendAsync(
                HttpMethod.Put, $"failbacks/{name}/scripts", new JsonObject { ["source"] = Script });
            await control.SendAsync(HttpMethod.Post, $"failbacks/{name}/scripts/{uploaded.GetProperty("version")}/activate", null);
            var webhook = new Uri(settings.SinkUrl, await control.StartAsync(name));
            await control.WaitScriptAsync(name, uploaded.GetProperty("version").GetInt64(), Patience);
            using HttpClient sender = WebhookClient.Create();
            HlcTimestamp written = Now();
            await SendAsync(sender, webhook, Rows(written));
            HlcTimestamp resolved = new(written.Wall + 1, 0);
            await SendAsync(sender, webhook, $$"""{"resolved":"{{resolved}}"}""");
            await control.WaitAppliedAsync(name, resolved, Patience);
            string notes = await target.ScalarAsync("select concat(id, ' ', text, ' ', words) from notes");
            string shouts = await target.ScalarAsync("select concat(id, ' ', text) from shouts");
            bool equal = (notes, shouts) == ("1 three small words 3", "2 HELLO");
            view.Verdict(
                equal, equal
                ? $"EQUAL: the userscript ran in the sink and in the applier of {product}"
                : $"DIFFERENT on {product}: notes '{notes}', shouts '{shouts}'");
            return equal;
        }
        finally
        {
            await control.DeleteAsync(name);
        }
    }

    private static HlcTimestamp Now() => new(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000, 0);

    private static string Rows(HlcTimestamp written)
    {
        string[] rows = [Row(1, "three small words", "plain"), Row(2, "hello", "loud"), Row(3, "nothing", "hidden")];
        return $$"""{"payload":[{{string.Join(',', rows)}}],"length":{{rows.Length}}}""";

        string Row(int id, string text, string state) =>
            $$"""{"after":{"id":{{id}},"text":"{{text}}","state":"{{state}}"},"key":[{{id}}],"topic":"public.inbox","updated":"{{written}}"}""";
    }

    private static async Task SendAsync(HttpClient sender, Uri webhook, string body)
    {
        string refusal = "";
        await Wait.UntilAsync(
            async () =>
            {
                using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await sender.PostAsync(webhook, content);
                refusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
                return answer.IsSuccessStatusCode;
            },
            Patience,
            () => $"the sink takes nothing: {refusal}");
    }
}
