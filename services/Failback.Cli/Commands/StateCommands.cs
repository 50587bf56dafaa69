using System.CommandLine;
using System.Text.Json.Nodes;

namespace Failback.Cli.Commands;

/// <summary><c>preflight</c>, <c>start</c>, <c>pause</c>, <c>resume</c>, <c>stop</c>, <c>delete</c>.</summary>
internal static class StateCommands
{
    public static IEnumerable<Command> Create()
    {
        var changefeed = new Option<bool>("--changefeed") { Description = "Pause the changefeed, too" };
        var force = new Option<bool>("--force") { Description = "Stop although CockroachDB does not answer; delete although started" };
        var skip = new Option<string>("--skip") { Description = "Leave the checks out, for this reason" };
        yield return Post("preflight", "Check everything that can be checked before a start", (_, _) => "", Checks);
        yield return Post("start", "Check, create or adopt the changefeed and begin to apply", (result, _) => result.GetValue(skip) is { } reason ? "?skip=" + Uri.EscapeDataString(reason) : "", Started, skip);
        yield return Post("pause", "Accept and queue, apply nothing", (result, _) => result.GetValue(changefeed) ? "?changefeed=true" : "", Shown, changefeed);
        yield return Post("resume", "Apply again", (_, _) => "", Shown);
        yield return Post("stop", "Cancel the changefeed and apply what is queued", (result, _) => result.GetValue(force) ? "?force=true" : "", Shown, force);
        yield return Delete();
    }

    private static Command Post(string action, string description, Func<ParseResult, string, string> query, Func<JsonNode, int> show, params Option[] options)
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command(action, description) { name };
        foreach (Option option in options) command.Add(option);
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            string failback = Uri.EscapeDataString(result.GetValue(name)!);
            JsonNode answer = await api.PostAsync($"failbacks/{failback}/{action}{query(result, failback)}", cancellationToken);
            if (!CliOptions.IsJson(result)) return show(answer);
            Printer.Json(answer);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Delete()
    {
        Argument<string> name = RootCommands.Name();
        var force = new Option<bool>("--force") { Description = "Also while started: drops what waits in the queues" };
        var command = new Command("delete", "Remove a failback with its queues and its changefeed") { name, force };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            await api.SendAsync(HttpMethod.Delete, $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}{(result.GetValue(force) ? "?force=true" : "")}", null, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Shown(JsonNode resource)
    {
        Printer.Resource(resource);
        return ExitCodes.Done;
    }

    private static int Started(JsonNode answer)
    {
        Console.WriteLine($"{answer["name"]}: {answer["state"]}, {answer["tables"]!.AsArray().Count} tables, staging {answer["stagingSchema"]}");
        Console.WriteLine($"webhook {answer["webhookUrl"]}");
        if (answer["changefeed"] is { } feed) Console.WriteLine($"changefeed {feed["jobId"]} {answer["action"]}, from {feed["cursor"] ?? "its own beginning"}");
        foreach (JsonNode? step in answer["steps"]?.AsArray() ?? []) Console.WriteLine($"- {step}");
        if (answer["statement"] is { } statement) Console.WriteLine(statement);
        return ExitCodes.Done;
    }

    // Checks that block make the exit code 1, so that a script can stop before start.
    private static int Checks(JsonNode answer)
    {
        JsonArray checks = (answer as JsonArray ?? answer["checks"] as JsonArray) ?? [];
        foreach (JsonNode? check in checks)
        {
            Console.WriteLine($"{check!["severity"],-8} {check["code"]}: {(check["table"] is { } table ? $"{table}: " : "")}{check["message"]}");
            if (check["fix"] is { } fix) Console.WriteLine($"         {fix}");
        }

        return checks.Any(check => (string?)check!["severity"] is "error" or "blocker") ? ExitCodes.Refused : ExitCodes.Done;
    }
}
