using System.Text;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>Posts as a changefeed does: until it is taken.</summary>
internal static class Webhook
{
    public static async Task PostAsync(HttpClient client, Uri webhook, string body)
    {
        string refusal = "";
        await Wait.UntilAsync(async () =>
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using HttpResponseMessage answer = await client.PostAsync(webhook, content);
            refusal = $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
            return answer.IsSuccessStatusCode;
        }, TimeSpan.FromSeconds(120), () => refusal);
    }
}
