using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Cli.Commands;
using Failback.Cli.Running;
using Failback.Cli.Support;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Cli;

/// <summary>The archive for support holds what is known of a failback and none of the secrets that were planted in every place.</summary>
public sealed class SupportTests : IDisposable
{
    private const string Plant = "pl4ntedS3cret";
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-support-").FullName;
    private readonly HttpListener _control = new();
    private readonly string _url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Next()}/");
    private readonly Task _serving;

    public SupportTests()
    {
        _control.Prefixes.Add(_url);
        _control.Start();
        _serving = ServeAsync();
    }

    [Fact]
    public async Task No_planted_secret_is_in_the_archive()
    {
        string logs = Path.Combine(_folder, "logs");
        Directory.CreateDirectory(logs);
        await File.WriteAllLinesAsync(
            Path.Combine(logs, "sink.log"),
            [
                $$"""{"level":"warn","time":"2026-11-29T02:14:07.000Z","message":"cannot reach postgres://u:{{Plant}}@db/shop?sslkeypassword={{Plant}}","service":"sink","password":"{{Plant}}","newField":"{{Plant}}"}""",
                $$"""{"level":"error","time":"2026-11-29T02:14:08.000Z","message":"Authorization: Bearer {{Plant}} was refused, password={{Plant}};","exception":"at Connect(apikey: \"{{Plant}}\")"}""",
                """{"level":"info","time":"2026-11-29T02:14:09.000Z","message":"serving 3 tables","service":"sink"}""",
                $"a line of another program with {Plant}", $$"""{"not":"ours","secret":"{{Plant}}"}""",
            ]);
        string archive = Path.Combine(_folder, "shop.zip");
        string token = Path.Combine(_folder, "token");
        await File.WriteAllTextAsync(token, "fbt_" + Plant);

        int code = await CommandLine.RunAsync(
            RootCommands.Create(),
            ["support", "shop", "--url", _url, "--token-file", token, "--file", archive, "--logs", logs, "--process", _url],
            TestContext.Current.CancellationToken);

        Assert.Equal(0, code);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(archive));
        Dictionary<string, string> files = Read(archive);
        foreach ((string name, string text) in files)
        {
            Assert.False(text.Contains(Plant, StringComparison.OrdinalIgnoreCase), $"{name} holds a planted secret: {text}");
            Assert.DoesNotContain(Plant, name, StringComparison.Ordinal);
        }

        // What support needs is there.
        JsonNode failback = JsonNode.Parse(files["failback.json"])!;
        Assert.Equal("running", (string?)failback["state"]);
        Assert.Equal("postgres://***@db.example:5432/shop?***", (string?)failback["definition"]!["target"]);
        Assert.Equal("1764382447000000000.0000000001", (string?)failback["appliedResolved"]);
        Assert.Equal(42, (int?)failback["totals"]!["applied"]);
        Assert.Equal("***", (string?)failback["webhookUrl"]);
        Assert.Equal("table_stopped", (string?)failback["errors"]![0]!["code"]);
        Assert.Contains("serving 3 tables", files["logs/001-sink.log"], StringComparison.Ordinal);
        Assert.Contains("2 lines that are not of our services", files["missing.txt"], StringComparison.Ordinal);
        Assert.Contains(
            "failback_rows_applied_total", files.Single(file => file.Key.EndsWith("metrics.txt", StringComparison.Ordinal)).Value,
            StringComparison.Ordinal);
        Assert.Equal(
            ["failback.json", "failbacks.json", "history.json", "letters.json", "operations.json", "scripts.json", "tables.json",
                "versions.json"],
            files.Keys.Where(name => name.EndsWith(".json", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal))
            .Order());
    }

    [Fact]
    public async Task An_archive_is_made_when_control_does_not_answer_and_says_so()
    {
        string archive = Path.Combine(_folder, "none.zip");
        int code = await CommandLine.RunAsync(
            RootCommands.Create(), ["support", "shop", "--url", "http://127.0.0.1:1", "--file", archive],
            TestContext.Current.CancellationToken);
        Assert.Equal(1, code);
        Assert.Contains("failback.json: control_unreachable", Read(archive)["missing.txt"], StringComparison.Ordinal);
        // It is not written over.
        Assert.Equal(2, await CommandLine.RunAsync(
            RootCommands.Create(), ["support", "shop", "--url", "http://127.0.0.1:1", "--file", archive],
            TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("postgres://u:p@ss@h:1/d and more", "postgres://***@h:1/d and more")]
    [InlineData("x?sslpassword=p&a=b", "x?sslpassword=***")]
    [InlineData("Password: \"p w\"", "Password: \"*** w\"")]
    [InlineData("Authorization: Basic dXNlcjpw", "Authorization: Basic ***")]
    [InlineData("bearer abc", "bearer ***")]
    [InlineData("eyJhbGciOiJI.eyJzdWIi.sig", "***")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "***")]
    [InlineData("key 0123456789abcdef0123456789abcdef0123", "key ***")]
    [InlineData(
        "applied through 1764382447000000000.0000000001 in public.orders",
        "applied through 1764382447000000000.0000000001 in public.orders")]
    [InlineData("mine is hunter2x", "mine is ***")]
    public void Sentences_lose_what_looks_like_a_credential(string text, string shown) =>
        Assert.Equal(shown, new SupportMask(["hunter2x"]).Sentence(text));

    public void Dispose()
    {
        _control.Close();
        _serving.Wait(TimeSpan.FromSeconds(10));
        Directory.Delete(_folder, recursive: true);
    }

    private static Dictionary<string, string> Read(string archive)
    {
        using ZipArchive zip = ZipFile.OpenRead(archive);
        return zip.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using var reader = new StreamReader(entry.Open());
                return reader.ReadToEnd();
            }, StringComparer.Ordinal);
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext call = await _control.GetContextAsync();
                call.Response.Close(Encoding.UTF8.GetBytes(Answer(call.Request.Url!.AbsolutePath)), willBlock: true);
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test has ended.
        }
    }

    private static string Answer(string path) => path.Split('/')[^1] switch
    {
        "shop" => $$$"""
            {
              "name": "shop", "state": "running", "activity": "consistent", "appliedResolved": "1764382447000000000.0000000001",
              "totals": { "applied": 42 }, "webhookUrl": "https://sink/{{{Plant}}}", "webhookPath": "/{{{Plant}}}", "later": "{{{Plant}}}",
              "sink": { "lastError": "token={{{Plant}}} is wrong" }, "changefeed": { "error": "webhook-https://sink?client_key={{{Plant}}}" },
              "errors": [{ "code": "table_stopped", "table": "public.orders", "message": "cannot log in as postgres://u:{{{Plant}}}@db/shop" }],
              "definition": {
                "source": "postgresql://u:{{{Plant}}}@crdb:26257/d?sslkeypassword={{{Plant}}}&options=-cpassword%3D{{{Plant}}}",
                "target": "postgres://u:{{{Plant}}}@x@db.example:5432/shop?apikey={{{Plant}}}", "userscript": "const key = '{{{Plant}}}'",
                "tables": [{ "source": "public.a", "target": "hr.a", "columns": { "c": { "value": "{{{Plant}}}" } } }],
                "changefeed": { "webhookPath": "/{{{Plant}}}", "webhookAuthHeader": "Bearer {{{Plant}}}", "overrides": { "sink_query_parameters": "client_key={{{Plant}}}", "webhook_sink_config": "{\"x\":\"{{{Plant}}}\"}" } }
              }
            }
            """,
        "dead-letters" =>
            $$"""{ "items": [{ "id": "1", "key": "[\"{{Plant}}\"]", "after": "{\"a\":\"{{Plant}}\"}", "errorMessage": "{{Plant}}", "reason": "{{Plant}}", "state": "open" }] }""",
        "history" => $$"""[{ "id": "1", "type": "state", "message": "started with password={{Plant}}" }]""",
        "scripts" => $$"""[{ "version": 1, "source": "{{Plant}}", "warnings": ["{{Plant}}"] }]""",
        "operations" =>
            $$"""[{ "id": "1", "kind": "start", "result": { "statement": "CREATE CHANGEFEED … {{Plant}}" }, "problem": { "detail": "webhook-https://u:{{Plant}}@sink" } }]""",
        "metrics" => $"failback_rows_applied_total{{table=\"public.orders\"}} 42\nx{{url=\"postgres://u:{Plant}@h\"}} 1\n",
        "readyz" => $$"""{ "status": "healthy", "password": "{{Plant}}" }""",
        "tables" => $$"""[{ "table": "public.orders", "error": "token: {{Plant}}", "source": "public.orders" }]""",
        _ => "[]",
    };
}
