using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Commands;

/// <summary><c>preflight</c>, <c>start</c>, <c>pause</c>, <c>resume</c>, <c>stop</c>, <c>delete</c>.</summary>
internal static class StateCommands
{
    public static IEnumerable<Command> Create()
    {
        var changefeed = new Option<bool>("--changefeed") { Description = "Pause the changefeed, too" };
        var force = new Option<bool>("--force") { Description = "Stop although CockroachDB does not answer; delete although started" };
        var skip = new Option<string>("--skip") { Description = "Leave the checks out, for this reason" };
        var scan = new Option<bool>("--scan-added") { Description = "Send also the rows that tables added to the changefeed have already" };
        var codes = new Option<string[]>("--code") { Description = "With --skip: only the check of this code; may be repeated" };
        yield return Post<PreflightReport>(
            "preflight", "Check everything that can be checked before a start", (_, _) => "", Checks, runsLong: true);
        yield return Post<StartAnswer>(
            "start", "Check, create or adopt the changefeed and begin to apply",
            (result, _) => Query(result.GetValue(skip), result.GetValue(codes) ?? [], result.GetValue(scan)), Started, runsLong: true, skip,
            codes, scan);
        yield return Post<FailbackResource>(
            "pause", "Accept and queue, apply nothing", (result, _) => result.GetValue(changefeed)
            ? "?changefeed=true"
            : "", Shown, runsLong: false, changefeed);
        yield return Post<FailbackResource>("resume", "Apply again", (_, _) => "", Shown, runsLong: false);
        yield return Post<FailbackResource>(
            "stop", "Cancel the changefeed and apply what is queued", (result, _) => result.GetValue(force)
            ? "?force=true"
            : "", Shown, runsLong: false, force);
        yield return Delete();
    }

    private static Command Post<T>(
        string action, string description, Func<ParseResult, string, string> query, Func<T, int> show, bool runsLong,
        params Option[] options)
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command(action, description) { name };
        foreach (Option option in options) command.Add(option);
        if (runsLong) command.Add(OperationWait.NoWait);
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            string failback = Uri.EscapeDataString(result.GetValue(name)!);
            string path = $"failbacks/{failback}/{action}{query(result, failback)}";
            Answer<T>? answer = runsLong
                ? await OperationWait.RunAsync<T>(api, result, HttpMethod.Post, path, null, cancellationToken)
                : await api.PostAsync<T>(path, cancellationToken);
            if (answer is null) return ExitCodes.Done;
            if (!CliOptions.IsJson(result)) return show(answer.Value);
            Printer.Json(answer.Json);
            return answer.Value is PreflightReport { Errors: > 0 } ? ExitCodes.Refused : ExitCodes.Done;
        });
        return command;
    }

    private static string Query(string? reason, string[] codes, bool scan)
    {
        string[] parts = [
            .. reason is null
                ? []
                : (string[])["skip=" + Uri.EscapeDataString(reason)], .. codes.Length == 0
                ? []
                : (string[])["codes=" + Uri.EscapeDataString(string.Join(',', codes))], .. scan
                ? (string[])["scanAdded=true"]
                : []];
        return parts.Length == 0 ? "" : "?" + string.Join('&', parts);
    }

    private static Command Delete()
    {
        Argument<string> name = RootCommands.Name();
        var force = new Option<bool>("--force") { Description = "Also while started: drops what waits in the queues" };
        var command = new Command("delete", "Remove a failback with its queues and its changefeed") { name, force, OperationWait.NoWait };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            string path = $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}{(result.GetValue(force) ? "?force=true" : "")}";
            if (await OperationWait.RunAsync<JsonObject>(api, result, HttpMethod.Delete, path, null, cancellationToken) is not null
                && !CliOptions.IsJson(result)) Console.WriteLine($"{result.GetValue(name)}: deleted");
            return ExitCodes.Done;
        });
        return command;
    }

    private static int Shown(FailbackResource resource)
    {
        Printer.Resource(resource);
        return ExitCodes.Done;
    }

    private static int Started(StartAnswer answer)
    {
        Console.WriteLine(
            $"{answer.Name}: {Word.Of(answer.State)}, {answer.Tables.Count} tables, staging {answer.StagingSchema}");
        Console.WriteLine($"webhook {answer.WebhookUrl}");
        if (answer is { Changefeed: { } feed, Action: { } action })
            Console.WriteLine($"changefeed {feed.JobId} {Word.Of(action)}, from {feed.Cursor ?? "its own beginning"}");
        foreach (string step in answer.Steps) Console.WriteLine($"- {step}");
        if (answer.Statement is { } statement) Console.WriteLine(statement);
        return ExitCodes.Done;
    }

    private static int Checks(PreflightReport report)
    {
        Terminal.Write(Findings.Lines(report));
        return report.Errors > 0 ? ExitCodes.Refused : ExitCodes.Done;
    }
}
