using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Spectre.Console;

namespace Failback.Cli.Commands;

/// <summary>
/// <c>dlq list</c>, <c>show</c>, <c>replay</c>, <c>reread</c> and <c>discard</c>, <c>waivers</c>: rows that the target refused.
/// </summary>
internal static class DeadLetterCommands
{
    private static readonly Option<string> Table = new("--table") { Description = "Only of this table of the target, schema.table" };
    private static readonly Option<string> State = new(
        "--state")
    { Description = "open (default), waiting, superseded, applied, discarded or all" };
    private static readonly Option<string> ErrorClass = new("--error-class") { Description = "For example Constraint or Data" };
    private static readonly Option<string> OlderThan = new("--older-than") { Description = "Set aside at least so long ago: 10m" };

    public static Command Create() => new("dlq", "Rows that the target refused: list them, try them again, give them up")
    {
        List(), Show(), Replay(), Reread(), Discard(), Waivers(),
    };

    private static Command List()
    {
        Argument<string> name = RootCommands.Name();
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 100 };
        var after = new Option<long>("--after") { Description = "Ids above this one" };
        var command = new Command("list", "Letters by id") { name, Table, State, ErrorClass, OlderThan, limit, after };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            string query = string.Join(
                '&', Filter(result).Select(f => $"{f.Key}={Uri.EscapeDataString((string)f.Value!)}")
                .Append($"limit={result.GetValue(limit)}").Append($"after={result.GetValue(after)}"));
            JsonNode page = await api.GetAsync($"{Path(result, name)}?{query}", cancellationToken);
            if (CliOptions.IsJson(result))
            {
                Printer.Json(page);
                return ExitCodes.Done;
            }

            AnsiConsole.Write(Printer.Letters(page["items"]!.AsArray()));
            if (page["next"] is { } next) Console.WriteLine($"more: --after {next}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show()
    {
        Argument<string> name = RootCommands.Name();
        var id = new Argument<long>("id") { Description = "Id of the letter" };
        var command = new Command(
            "show", "One letter with its row images, what the target has of the row, and what would make it fit, as JSON") { name, id };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            Printer.Json(await api.GetAsync($"{Path(result, name)}/{result.GetValue(id)}", cancellationToken));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Replay() => Settle("replay", "Try letters again, after the target was mended", null);

    private static Command Reread() => Settle("reread", "Try letters again with their rows as CockroachDB has them now", null);

    private static Command Waivers()
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command("waivers", "Rows that were given up: who, when and why, as JSON") { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            Printer.Json(await api.GetAsync($"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/waivers", cancellationToken));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Discard() =>
        Settle("discard", "Give letters up: their rows stay as they are in the target",
            new Option<string>("--reason") { Description = "Why; kept with the letters" });

    private static Command Settle(string action, string description, Option<string>? reason)
    {
        Argument<string> name = RootCommands.Name();
        var ids = new Argument<long[]>(
            "id")
        { Description = "Ids of letters; without any, all that the filter finds", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All open ones, where neither ids nor a filter are given" };
        var preview = new Option<bool>("--preview") { Description = "Only count" };
        var command = new Command(
            action, description) { name, ids, Table, State, ErrorClass, OlderThan, all, preview, OperationWait.NoWait };
        if (reason is not null) command.Add(reason);
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            JsonObject filter = Filter(result);
            long[] chosen = result.GetValue(ids) ?? [];
            if (chosen.Length == 0 && filter.Count == 0 && !result.GetValue(all))
                throw CallFailedException.Usage("which letters?", "name ids, a filter, or --all");
            if (chosen.Length > 0) filter["ids"] = new JsonArray([.. chosen.Select(id => JsonValue.Create(id))]);
            var body = new JsonObject { ["filter"] = filter, ["preview"] = result.GetValue(preview) };
            if (reason is not null) body["reason"] = result.GetValue(reason);
            if (await OperationWait.RunAsync(
                api, result, HttpMethod.Post, $"{Path(result, name)}/{action}", body, cancellationToken) is not { } answer)
                return ExitCodes.Done;
            if (CliOptions.IsJson(result)) Printer.Json(answer);
            else Console.WriteLine(
                result.GetValue(preview) ? $"{answer["matched"]} letters" : $"{answer["done"]} of {answer["matched"]} letters");
            foreach ((string id, JsonNode? state) in answer["refused"]!.AsObject()) await Console.Error.WriteLineAsync(
                $"letter {id} is {state} already");
            return answer["refused"]!.AsObject().Count == 0 ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static string Path(ParseResult result, Argument<string> name) =>
        $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/dead-letters";

    private static JsonObject Filter(ParseResult result)
    {
        var filter = new JsonObject();
        foreach (
            (string key, Option<string> option) in new[] {
                ("table", Table), ("state", State), ("errorClass", ErrorClass), ("olderThan", OlderThan) })
        {
            if (result.GetValue(option) is { Length: > 0 } value) filter[key] = value;
        }

        return filter;
    }
}
