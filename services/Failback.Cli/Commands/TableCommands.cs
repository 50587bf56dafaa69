using System.CommandLine;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Failback.Cli.Commands;

/// <summary><c>tables</c> and <c>dlq</c>.</summary>
internal static class TableCommands
{
    public static IEnumerable<Command> Create()
    {
        yield return Of("tables", "Progress per table", _ => true);
        yield return Of("dlq", "Tables with dead letters; the rows are in pending_mutation of the staging schema", table => (long)table["deadLettered"]! > 0);
    }

    private static Command Of(string verb, string description, Func<JsonNode, bool> choose)
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command(verb, description) { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            JsonNode all = await api.GetAsync($"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/tables", cancellationToken);
            var tables = new JsonArray([.. all.AsArray().Where(table => choose(table!)).Select(table => table!.DeepClone())]);
            if (CliOptions.IsJson(result)) Printer.Json(tables);
            else AnsiConsole.Write(Printer.Tables(tables, new Dictionary<string, double>(StringComparer.Ordinal), TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
