using System.CommandLine;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Running;
using Failback.Cli.Settings;

namespace Failback.Cli.Commands;

/// <summary>
/// <c>logs</c>: what happened to a failback, a line each: changes of state and definition, troubles and their ends, rows set aside,
/// operations.
/// </summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        Argument<string> name = RootCommands.Name();
        var tail = new Option<int>("--tail") { Description = "Begin with the last so many, 0 to 500", DefaultValueFactory = _ => 20 };
        var once = new Option<bool>("--no-follow") { Description = "End after those" };
        var command = new Command("logs", "What happened to a failback, and what happens") { name, tail, once };
        command.Does(async (result, cancellationToken) =>
        {
            if (result.GetValue(tail) is < 0 or > 500)
                throw CallFailedException.Usage("--tail is not between 0 and 500", "for example --tail 100");
            using ControlApi api = CliOptions.Api(result);
            await WriteAsync(
                api, result.GetValue(name)!, result.GetValue(tail), !result.GetValue(once), CliOptions.IsJson(result), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task WriteAsync(ControlApi api, string name, int tail, bool follow, bool json, CancellationToken cancellationToken)
    {
        // One is asked for in any case: it tells where the stream goes on.
        JsonArray before =
            (await api.GetAsync($"failbacks/{Uri.EscapeDataString(name)}/history?tail={Math.Max(tail, 1)}", cancellationToken)).AsArray();
        string last = before.Count > 0 ? (string)before[^1]!["id"]! : "";
        if (tail > 0) foreach (JsonNode? happened in before) Line(happened!, json);
        if (!follow) return;
        try
        {
            await foreach (SseItem<string> item in api.EventsAsync(name, "happened", last, cancellationToken))
            {
                if (item.EventType == "happened") Line(JsonNode.Parse(item.Data)!, json);
                if (item.EventType == "gap") await Console.Error.WriteLineAsync("some of what happened is no longer kept");
                if (item.EventType == "deleted") await Console.Error.WriteLineAsync($"failback {name} is deleted");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupting is how it is ended.
        }
    }

    private static void Line(JsonNode happened, bool json)
    {
        string time = DateTimeOffset.Parse((string)happened["at"]!, CultureInfo.InvariantCulture).ToLocalTime()
            .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string what = string.Join(' ', new[] { (string?)happened["code"], (string?)happened["table"] }.Where(text => text is not null));
        Console.WriteLine(
            json ? happened.ToJsonString() : $"{time} {happened["type"],-11} {(what.Length > 0 ? what + ": " : "")}{happened["message"]}");
    }
}
