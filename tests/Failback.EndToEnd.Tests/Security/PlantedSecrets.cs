using System.Text;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace Failback.EndToEnd.Tests.Security;

/// <summary>Secrets that were planted, and the places where none of them may be.</summary>
internal sealed class PlantedSecrets
{
    private readonly List<(string Name, string Value)> _secrets = [];

    public void Add(string name, string value)
    {
        Assert.True(value.Length >= 12, $"{name} is too short to be looked for");
        _secrets.Add((name, value));
        if (Uri.EscapeDataString(value) is var escaped && escaped != value) _secrets.Add((name + " (escaped)", escaped));
    }

    /// <summary>Fails when a text holds a secret; says which, and not what.</summary>
    public void LookIn(string place, string text)
    {
        foreach ((string name, string value) in _secrets) Assert.False(
            text.Contains(value, StringComparison.Ordinal), $"{place} holds {name}");
    }

    /// <summary>Logs, databases and state files of a stack; the secrets key has a file of its own.</summary>
    public async Task LookInFilesAsync(FailbackStack stack)
    {
        string[] files = [
            .. Directory.EnumerateFiles(stack.Folder, "*", SearchOption.AllDirectories)
                .Where(file => Path.GetFileName(file) != "secrets.key")];
        Assert.Contains(files, file => file.EndsWith("control.db", StringComparison.Ordinal));
        foreach (string file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            await stream.CopyToAsync(copy);
            LookIn(Path.GetRelativePath(stack.Folder, file), Encoding.Latin1.GetString(copy.ToArray()));
        }
    }

    /// <summary>Every answer that can be read, and what it links to.</summary>
    public async Task LookInAnswersAsync(FailbackStack stack, string name)
    {
        using var client = new HttpClient { BaseAddress = stack.ControlUrl };
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + stack.ApiToken);
        string openApi = await client.GetStringAsync("/openapi/v1.json");
        string[] paths = [
            .. JsonNode.Parse(openApi)!["paths"]!.AsObject().Where(path => path.Value!["get"] is not null).Select(path => path.Key)];
        Assert.Contains("/api/v1/failbacks/{name}", paths);
        foreach (string path in (string[])[
            "/openapi/v1.json", "/metrics", "/readyz", .. paths.Where(path => !path.EndsWith("/events", StringComparison.Ordinal))])
        {
            string call = path.Replace("{name}", name, StringComparison.Ordinal).Replace("{id}", "1", StringComparison.Ordinal)
                .Replace("{table}", "public.orders", StringComparison.Ordinal);
            using HttpResponseMessage answer = await client.GetAsync(call);
            LookIn(call, answer.Headers + await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Messages of a queue that nobody reads at the moment, with their headers; they stay in it.</summary>
    public async Task<int> LookInQueueAsync(Uri broker, string queue)
    {
        await using IConnection connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 100, false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        var messages = new System.Collections.Concurrent.ConcurrentQueue<string>();
        consumer.ReceivedAsync += (_, delivery) =>
        {
            IEnumerable<string> headers = (delivery.BasicProperties.Headers ?? new Dictionary<string, object?>()).Select(
                header => $"{header.Key}={(header.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : header.Value)}");
            messages.Enqueue(
                string.Join('\n', headers) + delivery.BasicProperties.AppId + delivery.BasicProperties.UserId
                + Encoding.Latin1.GetString(delivery.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, false, consumer);
        await Wait.UntilAsync(() => Task.FromResult(!messages.IsEmpty), TimeSpan.FromSeconds(15), () => $"nothing in {queue}");
        foreach (string message in messages) LookIn($"a message in {queue}", message);
        return messages.Count;
    }

    /// <summary>Command lines of every process on this machine.</summary>
    public void LookInProcesses()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                LookIn(folder + "/cmdline", File.ReadAllText(folder + "/cmdline"));
            }
            catch (IOException)
            {
                // It has ended.
            }
        }
    }
}
