using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Failback.Control.Settings;
using Failback.Messaging.Broker;
using Microsoft.Extensions.Options;

namespace Failback.Control.Fleet;

/// <summary>
/// Client of RabbitMQ's management API, which shows what AMQP does not: policies and alarms.
/// https://www.rabbitmq.com/docs/http-api-reference
/// </summary>
internal sealed class BrokerManagement(IOptions<BrokerOptions> broker, IOptions<ControlOptions> options)
{
    private const int DefaultPort = 15672;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Virtual host of the failbacks.</summary>
    public string VirtualHost => broker.Value.Uri.AbsolutePath.Trim('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : "/";

    private Uri Address => options.Value.BrokerManagementUrl.Length > 0
        ? new Uri(options.Value.BrokerManagementUrl)
        : new UriBuilder("http", broker.Value.Uri.Host, DefaultPort).Uri;

    /// <summary>Returns policies, operator policies and nodes.</summary>
    /// <exception cref="HttpRequestException">The API does not answer, or refuses the broker's user.</exception>
    public async Task<(JsonElement Policies, JsonElement OperatorPolicies, JsonElement Nodes)> ReadAsync(
        CancellationToken cancellationToken)
    {
        Uri address = Address;
        string login = address.UserInfo.Length > 0
            ? address.UserInfo
            : broker.Value.Uri.UserInfo.Length > 0
            ? broker.Value.Uri.UserInfo
            : "guest:guest";
        using var client = new HttpClient
        {
            // The password goes into the header only: addresses appear in messages of failures.
            BaseAddress = new UriBuilder(address) { UserName = "", Password = "", Path = "/" }.Uri,
            Timeout = Patience
        };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(login))));
        string host = Uri.EscapeDataString(VirtualHost);
        return (
            await GetAsync(client, $"api/policies/{host}", cancellationToken),
            await GetAsync(client, $"api/operator-policies/{host}", cancellationToken),
            await GetAsync(client, "api/nodes", cancellationToken));
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await client.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        answer.EnsureSuccessStatusCode();
        await using Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using JsonDocument document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
        return document.RootElement.Clone();
    }
}
