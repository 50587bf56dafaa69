using System.CommandLine;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary><c>rewind</c>: makes the feed anew from where the target is.</summary>
internal static class RewindCommand
{
    public static Command Create()
    {
        Argument<string> name = RootCommands.Name();
        var to = new Option<string>("--to") { Description = "Begin there, wall.logical, and set later checkpoints back" };
        var table = new Option<string[]>("--table") { Description = "With --to: set only this table back, schema.table; may be repeated" };
        var reason = new Option<string>("--reason") { Description = "Why; kept with the events" };
        var preview = new Option<bool>("--preview") { Description = "Only tell from where to where" };
        var command = new Command(
            "rewind", "Make the feed anew from the timestamp that the target has") {
                name, to, table, reason, preview, OperationWait.NoWait };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            var wish = new RewindRequest
            {
                To = result.GetValue(to),
                Tables = result.GetValue(table) is { Length: > 0 } tables ? tables : null,
                Reason = result.GetValue(reason),
                Preview = result.GetValue(preview),
            };
            string path = $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/rewind";
            if (await OperationWait.RunAsync<RewindAnswer>(api, result, HttpMethod.Post, path, wish, cancellationToken) is not { } answer)
                return ExitCodes.Done;
            if (CliOptions.IsJson(result)) Printer.Json(answer.Json);
            else Show(answer.Value);
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Show(RewindAnswer answer)
    {
        string done = answer.Preview ? "would be made anew" : "made anew";
        Console.WriteLine($"{answer.Name}: the feed {done} from {answer.To}; applied through {answer.From ?? "nothing known"} before");
        if (answer.WebhookUrl is { } url) Console.WriteLine($"webhook {url}");
        if (answer.JobId is { } job) Console.WriteLine($"changefeed {job}");
        if (answer.Statement is { } statement)
        {
            Console.WriteLine("cancel the former changefeed and run:");
            Console.WriteLine(statement);
        }
    }
}
