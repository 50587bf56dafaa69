using System.CommandLine;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary><c>tables</c>.</summary>
internal static class TablesCommand
{
    public static Command Create()
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command("tables", "Progress per table") { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            Answer<TableResource[]> tables = await api.GetAsync<TableResource[]>(
                $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/tables", cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(tables.Json);
            else Terminal.Write(Printer.Tables(tables.Value, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
