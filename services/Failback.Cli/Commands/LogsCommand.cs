using System.CommandLine;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

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
        Answer<JsonArray> history = await api.GetAsync<JsonArray>(
            $"failbacks/{Uri.EscapeDataString(name)}/history?tail={Math.Max(tail, 1)}", cancellationToken);
        Answer<FailbackEvent>[] before = [.. history.Value.Select(happened => new Answer<FailbackEvent>(happened!))];
        string last = before.Length > 0 ? before[^1].Value.Id.ToString(CultureInfo.InvariantCulture) : "";
        if (tail > 0) foreach (Answer<FailbackEvent> happened in before) Line(happened, json);
        if (!follow) return;
        try
        {
            await foreach (SseItem<string> item in api.EventsAsync(name, "happened", last, cancellationToken))
            {
                if (item.EventType == "happened") Line(new Answer<FailbackEvent>(JsonNode.Parse(item.Data)!), json);
                if (item.EventType == "gap") await Console.Error.WriteLineAsync("some of what happened is no longer kept");
                if (item.EventType == "deleted") await Console.Error.WriteLineAsync($"failback {name} is deleted");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Interrupting is how it is ended.
        }
    }

    private static void Line(Answer<FailbackEvent> answer, bool json)
    {
        if (json)
        {
            Console.WriteLine(answer.Json.ToJsonString());
            return;
        }

        FailbackEvent happened = answer.Value;
        string time = happened.At.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        string what = string.Join(' ', new[] { happened.Code, happened.Table }.Where(text => text is not null));
        Console.WriteLine($"{time} {happened.Type,-11} {(what.Length > 0 ? what + ": " : "")}{happened.Message}");
    }
}
