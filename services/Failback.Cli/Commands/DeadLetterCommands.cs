using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Cli.Commands;

/// <summary>
/// <c>dlq list</c>, <c>show</c>, <c>replay</c>, <c>reread</c> and <c>discard</c>, <c>waivers</c>: rows that the target refused.
/// </summary>
internal static class DeadLetterCommands
{
    private static readonly Option<string> Table = new("--table") { Description = "Only of this table of the target, schema.table" };
    private static readonly Option<string> State = new(
        "--state")
    { Description = $"{string.Join(", ", Word.All<LetterState>())} or all; open when not given" };
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
                '&', Given(Filter(result)).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Text)}")
                .Append($"limit={result.GetValue(limit)}").Append($"after={result.GetValue(after)}"));
            Answer<LetterPage> page = await api.GetAsync<LetterPage>($"{Path(result, name)}?{query}", cancellationToken);
            if (CliOptions.IsJson(result))
            {
                Printer.Json(page.Json);
                return ExitCodes.Done;
            }

            Terminal.Write(Printer.Letters(page.Value.Items));
            if (page.Value.Next is { } next) Console.WriteLine($"more: --after {next}");
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
            Printer.Json((await api.GetAsync<DeadLetter>($"{Path(result, name)}/{result.GetValue(id)}", cancellationToken)).Json);
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
            var waivers = new JsonArray();
            string path = $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/waivers?limit=500";
            await foreach (Answer<Waiver> waiver in api.ListAsync<Waiver>(path, cancellationToken)) waivers.Add(waiver.Json.DeepClone());
            Printer.Json(waivers);
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
            LetterQuery filter = Filter(result);
            long[] chosen = result.GetValue(ids) ?? [];
            if (chosen.Length == 0 && !Given(filter).Any() && !result.GetValue(all))
                throw CallFailedException.Usage("which letters?", "name ids, a filter, or --all");
            var body = new BulkRequest
            {
                Filter = filter with { Ids = chosen.Length > 0 ? chosen : null },
                Preview = result.GetValue(preview),
                Reason = reason is null ? null : result.GetValue(reason),
            };
            if (await OperationWait.RunAsync<BulkAnswer>(
                api, result, HttpMethod.Post, $"{Path(result, name)}/{action}", body, cancellationToken) is not { } answer)
                return ExitCodes.Done;
            BulkAnswer became = answer.Value;
            if (CliOptions.IsJson(result)) Printer.Json(answer.Json);
            else Console.WriteLine(
                result.GetValue(preview) ? $"{Amounts.Count(became.Matched)} letters"
                : $"{Amounts.Count(became.Done)} of {Amounts.Count(became.Matched)} letters: {Past(action)}");
            foreach ((long id, LetterRefusal why) in became.Refused) await Console.Error.WriteLineAsync($"letter {id} {Sentence(why)}");
            return became.Refused.Count == 0 ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static string Past(string action) => action switch
    {
        "replay" => "to be tried again as they arrived",
        "reread" => "to be tried again as CockroachDB has their rows now",
        _ => "given up",
    };

    private static string Sentence(LetterRefusal why) => why switch
    {
        LetterRefusal.Older => "is older than another letter of its row: reread that one",
        LetterRefusal.KeyOrderUnknown => "names no row for certain: reread it",
        LetterRefusal.KeyChanged => "may mean two rows: compare both, delete the one that is gone, and discard it",
        _ => $"is {Word.Of(why)} already",
    };

    private static string Path(ParseResult result, Argument<string> name) =>
        $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/dead-letters";

    private static LetterQuery Filter(ParseResult result) => new()
    {
        Table = Text(result, Table),
        State = Text(result, State),
        ErrorClass = Text(result, ErrorClass),
        OlderThan = Text(result, OlderThan),
    };

    private static string? Text(ParseResult result, Option<string> option) =>
        result.GetValue(option) is { Length: > 0 } value ? value : null;

    /// <summary>Returns what a filter says, as the parameters of a query.</summary>
    private static IEnumerable<(string Name, string Text)> Given(LetterQuery filter)
    {
        if (filter.Table is { } table) yield return ("table", table);
        if (filter.State is { } state) yield return ("state", state);
        if (filter.ErrorClass is { } errorClass) yield return ("errorClass", errorClass);
        if (filter.OlderThan is { } olderThan) yield return ("olderThan", olderThan);
    }
}
