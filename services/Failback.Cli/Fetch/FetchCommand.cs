using System.CommandLine;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;

namespace Failback.Cli.Fetch;

/// <summary>
/// <c>fetch … --mode failback</c>, the seed's command as it stands, against a running control. It defines and starts the failback, tells
/// its progress, and stops it when it is interrupted; the next one goes on where it was.
/// </summary>
internal static class FetchCommand
{
    public static Command Create()
    {
        var command = new Command("fetch", "The command of MOLT Fetch: fail back, and tell the progress until interrupted");
        foreach (Option option in FetchOptions.All) command.Add(option);
        command.Does(async (result, cancellationToken) =>
        {
            FetchPlan plan = FetchPlan.Of(result);
            if (result.GetValue(FetchOptions.LogFile) is { } file and not "stdout") JsonLog.To(file);
            JsonLog.Plain = result.GetValue(FetchOptions.ConsoleWriter);
            using ControlApi api = CliOptions.Api(result);
            var run = new FetchRun(api, plan, result.GetValue(FetchOptions.Detach), result.GetValue(FetchOptions.Skip));
            return await run.RunAsync(cancellationToken);
        });
        return command;
    }
}
