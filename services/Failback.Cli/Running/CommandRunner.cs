using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
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
            string remedy = e.FromControl ? CliWords.Of(e.Remedy) : e.Remedy;
            return await TellAsync(result, e.Code, e.Message, remedy, e.ExitCode);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return await TellAsync(result, "file", e.Message, "", ExitCodes.Failed);
        }
        catch (Exception e)
        {
            // A fault of this program. Its stack says nothing to the reader; the kind and the place are enough to report it.
            string place = e.TargetSite is { } method ? $" in {method.DeclaringType?.Name}.{method.Name}" : "";
            return await TellAsync(
                result, "fault", $"the command failed: {e.GetType().Name}{place}: {e.Message}", "please report it with the command line",
                ExitCodes.Failed);
        }
    });

    private static async Task<int> TellAsync(ParseResult result, string code, string message, string remedy, int exitCode)
    {
        string text = CliOptions.IsJson(result)
            ? new JsonObject { ["code"] = code, ["detail"] = message, ["remedy"] = remedy }.ToJsonString()
            : $"{message}{(remedy.Length > 0 ? "\n  " + remedy : "")}";
        try
        {
            await Console.Error.WriteLineAsync(text);
        }
        catch (IOException)
        {
            // No one can be told; the exit code remains.
        }

        return exitCode;
    }
}
