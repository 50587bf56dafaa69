using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Settings;

namespace Failback.Cli.Running;

/// <summary>Runs a command and turns what goes wrong into words on standard error and an exit code.</summary>
internal static class CommandRunner
{
    public static void Does(this Command command, Func<ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction(async (result, cancellationToken) =>
    {
        try
        {
            return await work(result, cancellationToken);
        }
        catch (CallFailedException e)
        {
            string text = CliOptions.IsJson(result)
                ? new JsonObject { ["code"] = e.Code, ["detail"] = e.Message, ["remedy"] = e.Remedy }.ToJsonString()
                : $"{e.Message}{(e.Remedy.Length > 0 ? "\n  " + e.Remedy : "")}";
            await Console.Error.WriteLineAsync(text);
            return e.ExitCode;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
    });
}
