using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>A failback whose changefeed control manages.</summary>
internal sealed class ManagedFailback(FailbackStack stack, string name, CockroachSource source, ITestDatabase target)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => name;

    public Task DefineAsync(string schemaFilter, string tableFilter, JsonObject? changefeed = null) =>
        stack.Client.DefineAsync(name, new JsonObject
        {
            ["source"] = source.Url,
            ["target"] = target.Url,
            ["schemaFilter"] = schemaFilter,
            ["tableFilter"] = tableFilter,
            ["stagingSchema"] = target.StagingSchema,
            ["changefeed"] = changefeed ?? Feed(stack.Webhook("/").Port),
        });

    /// <summary>Overrides as in the seed's file, quick enough for tests.</summary>
    public static JsonObject Feed(int port) => new()
    {
        ["overrides"] = new JsonObject
        {
            ["host"] = "localhost",
            ["port"] = port,
            ["resolved"] = "200ms",
            ["min_checkpoint_frequency"] = "200ms",
            ["webhook_sink_config"] = """{"Flush":{"Messages":50,"Frequency":"50ms"}}""",
        },
    };

    public Task<JsonElement> StartAsync() => stack.Client.ActAsync(name, "start");

    public Task<JsonElement> StopAsync() => stack.Client.ActAsync(name, "stop");

    public Task<JsonElement> ShowAsync() => stack.Client.GetAsync(name);

    /// <summary>Waits until everything written so far is in the target.</summary>
    public async Task CatchUpAsync()
    {
        string now = (await source.ColumnAsync("SELECT cluster_logical_timestamp()::STRING"))[0];
        await stack.Client.WaitAppliedAsync(name, Contracts.HlcTimestamp.Parse(now), Patience);
    }

    /// <summary>Waits for a trouble with a code; answers its message.</summary>
    public async Task<string> TroubleAsync(string code)
    {
        JsonElement last = default;
        string message = "";
        await Wait.UntilAsync(
            async () =>
            {
                last = await ShowAsync();
                message = last.GetProperty("errors").EnumerateArray().Where(error => error.GetProperty("code").GetString() == code)
                    .Select(error => error.GetProperty("message").GetString()!).FirstOrDefault("");
                return message.Length > 0;
            },
            Patience,
            () => $"no {code}: {last}");
        return message;
    }
}
