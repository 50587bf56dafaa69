using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Failback.Control;
using Failback.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Failback.Tests.Control.Calls;

/// <summary>Control in this process, on a port of its own, with a broker that does not answer.</summary>
public sealed class RunningControl : IAsyncLifetime
{
    public const string Token = "the-token-of-the-tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("failback-control-").FullName;
    private WebApplication? _app;

    public HttpClient Client { get; } = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    /// <summary>What it logged as an error.</summary>
    internal ErrorLog Log { get; } = new();

    public Uri Url { get; private set; } = new("http://127.0.0.1");

    public async ValueTask InitializeAsync()
    {
        string key = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = _folder,
            Args =
            [
                "--Failback:Control:Url=http://127.0.0.1:0",
                "--Failback:Control:ApiToken=" + Token,
                "--Failback:Control:Database=" + Path.Combine(_folder, "control.db"),
                "--Failback:Control:DescribeTimeout=00:00:01",
                "--Failback:Control:SourceTimeout=00:00:01",
                "--Failback:Control:CallsPerSecond=100000",
                "--Failback:SecretsKeyFile=" + key,
                "--Failback:RabbitMq:Uri=amqp://guest:guest@127.0.0.1:1/",
            ],
        });
        builder.AddFailbackDefaults("control").AddFailbackControl();
        builder.Logging.ClearProviders().AddProvider(Log);
        _app = builder.Build().UseFailbackControl();
        await _app.StartAsync();
        Url = new Uri(_app.Urls.Single());
        Client.BaseAddress = Url;
        Client.Timeout = TimeSpan.FromSeconds(20);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    /// <summary>Defines a failback that needs no CockroachDB.</summary>
    public async Task DefineAsync(string name)
    {
        using var body = new StringContent(
            """{ "target": "postgres://u:p@127.0.0.1:1/shop", "schemaFilter": "shop", "changefeed": { "managed": false } }""",
            Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await Client.PutAsync(new Uri($"/api/v1/failbacks/{name}", UriKind.Relative), body);
        // A call of the test may be deleting it.
        Assert.True((int)answer.StatusCode is 200 or 201 or 409, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await _app.StopAsync(patience.Token);
            await _app.DisposeAsync();
        }

        Log.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }
}
