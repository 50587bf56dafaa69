using System.CommandLine;
using System.Text.Json.Nodes;

namespace Failback.Cli.Commands;

/// <summary><c>logs</c>: one line for every change of state, activity or trouble of a failback, until interrupted.</summary>
internal static class LogsCommand
{
    public static Command Create()
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command("logs", "Follow changes of state and what goes wrong") { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            var changes = new ChangeLog(CliOptions.IsJson(result) ? JsonLog.Write : (level, message) => Console.WriteLine($"{level,-5} {message}"));
            try
            {
                await foreach (JsonNode resource in api.EventsAsync(Uri.EscapeDataString(result.GetValue(name)!), cancellationToken)) changes.Take(resource);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Done;
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
