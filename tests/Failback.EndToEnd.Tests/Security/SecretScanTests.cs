using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.Testing.Processes;
using Failback.Testing.Security;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>
/// A failback with every credential there is, from SQL to SQL over a webhook that asks for a client certificate and a token; then every
/// place where a secret could turn up.
/// </summary>
public sealed class SecretScanTests : IDisposable
{
    private const string WrongPassword = "wr0ng-pl4nted-database-password";
    private readonly string _folder = Directory.CreateTempSubdirectory("failback-scan-").FullName;
    private readonly TestAuthority _authority = new();
    private readonly PlantedSecrets _planted = new();

    [Fact]
    public async Task Secrets_turn_up_nowhere_and_a_renewed_token_replaces_the_old_one()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "ca.pem"), _authority.Pem);
        await using FailbackStack stack = await FailbackStack.StartAsync(new StackOptions(
            WebhookAuthentication: true, SinkSettings: new() { ["Failback__Sink__ClientAuthorities"] = Path.Combine(_folder, "ca.pem") }));
        await using CockroachSource source = await CockroachSource.CreateAsync("CREATE TABLE orders (id bigint PRIMARY KEY, n bigint)");
        await using TestDatabase target = await TestDatabase.CreateAsync();
        await target.ExecuteAsync("CREATE TABLE orders (id bigint PRIMARY KEY, n bigint CHECK (n < 100))");
        var failback = new ManagedFailback(stack, "scan", source, target);
        await failback.DefineAsync("public", "orders", Changefeed(stack));
        await failback.StartAsync();
        string first = await TokenAsync(source);
        Plant(stack, source, target, first);
        await source.ExecuteAsync("INSERT INTO orders SELECT g, g FROM generate_series(1, 20) AS g");
        await failback.CatchUpAsync();

        await RenewAsync(stack, source, failback, first);
        await RefusalsAsync(stack, source, target);
        await source.ExecuteAsync("INSERT INTO orders VALUES (21, 1000)");
        await Wait.UntilAsync(
            async () => (await stack.Client.TablesAsync("scan"))[0].DeadLettered == 1, TimeSpan.FromSeconds(30), () => stack.Logs());
        Assert.Equal(20L, await target.ScalarAsync<long>("SELECT count(*) FROM orders"));

        await ScanAsync(stack, source);
        await failback.StopAsync();
        Assert.Empty(await source.ColumnAsync("SELECT name FROM crdb_internal.external_connection"));
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private JsonObject Changefeed(FailbackStack stack)
    {
        IssuedCertificate client = _authority.Client();
        JsonObject feed = ManagedFailback.Feed(stack.Webhook("/").Port);
        string key = Base64(client.PrivateKey);
        _planted.Add("the client's key", key);
        feed["overrides"]!["sink_query_parameters"] =
            $"insecure_tls_skip_verify=true&client_cert={Uri.EscapeDataString(Base64(client.Certificate))}"
            + $"&client_key={Uri.EscapeDataString(key)}";
        return feed;
    }

    private void Plant(FailbackStack stack, CockroachSource source, TestDatabase target, string token)
    {
        _planted.Add("the password of source", Uri.UnescapeDataString(new Uri(source.Url).UserInfo.Split(':')[1]));
        _planted.Add("the password of target", Uri.UnescapeDataString(new Uri(target.Url).UserInfo.Split(':')[1]));
        _planted.Add("the broker's password", Uri.UnescapeDataString(stack.Broker.Uri.UserInfo.Split(':')[1]));
        _planted.Add("the API token", stack.ApiToken);
        _planted.Add("the webhook's token", token);
        _planted.Add("a wrong password", WrongPassword);
        _planted.Add("the secrets key", File.ReadAllText(Path.Combine(stack.Folder, "secrets.key")).Trim());
    }

    // Renewed, the feed is made anew with it from where it was; a request with the old one is refused.
    private async Task RenewAsync(FailbackStack stack, CockroachSource source, ManagedFailback failback, string first)
    {
        await stack.Client.SendAsync(HttpMethod.Post, "failbacks/scan/webhook-token", null);
        Assert.Equal("recreated", (await failback.StartAsync()).GetProperty("action").GetString());
        string second = await TokenAsync(source);
        Assert.NotEqual(first, second);
        _planted.Add("the renewed token", second);
        await failback.CatchUpAsync();
        string path = (await failback.ShowAsync()).GetProperty("webhookPath").GetString()!;
        using HttpClient client = Sink.TlsProbe.Client(stack.Webhook("/").Port, from: 40, _authority.Client().Open());
        await Wait.UntilAsync(
            async () => (await Sink.TlsProbe.KnockAsync(client, path, "Bearer " + first)).Status == 401, TimeSpan.FromSeconds(15),
            () => stack.Logs());
        Assert.Equal(200, (await Sink.TlsProbe.KnockAsync(client, path, "Bearer " + second)).Status);
    }

    // Wrong passwords end in a clear answer.
    private async Task RefusalsAsync(FailbackStack stack, CockroachSource source, TestDatabase target)
    {
        var wrongSource = new JsonObject
        {
            ["source"] = Wrong(source.Url),
            ["target"] = target.Url,
            ["schemaFilter"] = "public",
            ["tableFilter"] = "orders",
            ["changefeed"] = Changefeed(stack)
        };
        await stack.Client.DefineAsync("wrong-source", wrongSource);
        Assert.Contains("source_login", await RefusedAsync(stack, "wrong-source"), StringComparison.Ordinal);
        var wrongTarget = new JsonObject
        {
            ["source"] = source.Url,
            ["target"] = Wrong(target.Url),
            ["schemaFilter"] = "public",
            ["tableFilter"] = "orders",
            ["changefeed"] = Changefeed(stack)
        };
        await stack.Client.DefineAsync("wrong-target", wrongTarget);
        await RefusedAsync(stack, "wrong-target");
        await _planted.LookInAnswersAsync(stack, "wrong-target");
        await stack.Client.DeleteAsync("wrong-source");
        await stack.Client.DeleteAsync("wrong-target");
    }

    private async Task<string> RefusedAsync(FailbackStack stack, string name)
    {
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stack.Client.ActAsync(name, "start"));
        Assert.InRange((int)(refused.StatusCode ?? HttpStatusCode.OK), 400, 503);
        _planted.LookIn($"the refusal of {name}", refused.Message);
        return refused.Message;
    }

    private async Task ScanAsync(FailbackStack stack, CockroachSource source)
    {
        await _planted.LookInAnswersAsync(stack, "scan");
        JsonElement tables = await stack.Client.SendAsync(HttpMethod.Get, "failbacks/scan/tables", null);
        string jobs = string.Join(
            '\n', await source.ColumnAsync(
                "SELECT concat_ws(' ', description, sink_uri, running_status, error) FROM [SHOW CHANGEFEED JOBS]"));
        Assert.Contains("external://failback_", jobs, StringComparison.Ordinal);
        Assert.Contains("webhook_auth_header", jobs, StringComparison.Ordinal);
        _planted.LookIn("SHOW CHANGEFEED JOBS", jobs);

        await stack.Client.ActAsync("scan", "pause");
        await source.ExecuteAsync("INSERT INTO orders SELECT g, 1 FROM generate_series(30, 60) AS g");
        Assert.True(await _planted.LookInQueueAsync(stack.Broker.Uri, tables[0].GetProperty("queue").GetString()!) > 0);
        _planted.LookInProcesses();
        await _planted.LookInFilesAsync(stack);
    }

    private static async Task<string> TokenAsync(CockroachSource source) => (await source.ColumnAsync(
        "SELECT substr(options ->> 'webhook_auth_header', 8) FROM crdb_internal.job WHERE status = 'running' ORDER BY id DESC LIMIT 1"))[0]
        is var token && token.StartsWith("fbt_", StringComparison.Ordinal)
        ? token
        : throw new InvalidOperationException("the feed shows no token");

    private static string Wrong(string url) => new UriBuilder(url) { Password = WrongPassword }.Uri.AbsoluteUri;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.ASCII.GetBytes(text));
}
