using System.Net.Http.Headers;
using System.Text;

namespace Failback.Testing.Processes;

/// <summary>A private virtual host on a RabbitMQ, so that stacks do not receive each other's messages; deleted at the end.</summary>
public sealed class TestVirtualHost : IAsyncDisposable
{
    private readonly HttpClient _management;
    private readonly List<string> _policies = [];

    private TestVirtualHost(Uri amqp, Uri management, string name)
    {
        Name = name;
        Uri = new UriBuilder(amqp) { Path = "/" + name }.Uri;
        _management = new HttpClient { BaseAddress = new UriBuilder(management) { UserName = "", Password = "", Path = "/" }.Uri };
        _management.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(System.Uri.UnescapeDataString(management.UserInfo))));
    }

    public string Name { get; }

    /// <summary>AMQP URL with user, password and virtual host.</summary>
    public Uri Uri { get; }

    /// <summary>Creates a virtual host; default: on the test server.</summary>
    public static async Task<TestVirtualHost> CreateAsync(Uri? amqp = null, Uri? management = null)
    {
        var host = new TestVirtualHost(
            amqp ?? TestServers.RabbitMqUrl, management ?? TestServers.RabbitMqManagementUrl, $"fb-{Guid.NewGuid():N}"[..16]);
        using HttpResponseMessage answer = await host._management.PutAsync($"api/vhosts/{host.Name}", Json("{}"));
        answer.EnsureSuccessStatusCode();
        return host;
    }

    /// <summary>Returns the messages waiting or unacknowledged in all queues, as the broker counts them (every few seconds).</summary>
    public async Task<string> QueuesAsync() => await _management.GetStringAsync($"api/queues/{Name}?columns=name,messages,consumers,type");

    /// <summary>Sets a policy for queues.</summary>
    /// <param name="name">Name of the policy.</param>
    /// <param name="pattern">Regular expression for the names of queues.</param>
    /// <param name="definition">Keys of the policy as JSON.</param>
    public async Task SetPolicyAsync(string name, string pattern, string definition)
    {
        using StringContent body = Json(
            $$"""{"pattern": {{System.Text.Json.JsonSerializer.Serialize(pattern)}}, "definition": {{definition}}, "apply-to": "queues"}""");
        using HttpResponseMessage answer = await _management.PutAsync($"api/policies/{Name}/{name}", body);
        answer.EnsureSuccessStatusCode();
        _policies.Add(name);
    }

    /// <summary>Returns all policies as the management API lists them.</summary>
    public async Task<string> PoliciesAsync() => await _management.GetStringAsync($"api/policies/{Name}");

    /// <summary>Removes the policies that were set and still exist, and returns a description of each.</summary>
    public async Task<IReadOnlyList<string>> SweepAsync()
    {
        List<string> swept = [];
        foreach (string name in _policies)
        {
            using HttpResponseMessage answer = await _management.DeleteAsync($"api/policies/{Name}/{name}");
            if (answer.IsSuccessStatusCode) swept.Add($"policy {name} was left");
        }

        _policies.Clear();
        return swept;
    }

    public async ValueTask DisposeAsync()
    {
        using HttpResponseMessage answer = await _management.DeleteAsync($"api/vhosts/{Name}");
        _management.Dispose();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
