using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Commands;

/// <summary><c>status [NAME] [--watch] [--line]</c>: all failbacks, or one with its tables.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var name = new Argument<string>(
            "name")
        { Description = "One failback; without it all are listed", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on until interrupted" };
        var oneLine = new Option<bool>("--line") { Description = "One line: how far, how fast, what holds it" };
        var command = new Command("status", "State and progress") { name, watch, oneLine };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            bool json = CliOptions.IsJson(result);
            if (result.GetValue(name) is not { } failback) return await ListAsync(api, json, cancellationToken);
            if (result.GetValue(watch)) return await WatchAsync(api, failback, json, result.GetValue(oneLine), cancellationToken);
            Answer<FailbackResource> resource = await api.GetAsync<FailbackResource>(
                $"failbacks/{Uri.EscapeDataString(failback)}", cancellationToken);
            if (json)
            {
                Printer.Json(resource.Json);
                return ExitCodes.Done;
            }

            Look look = Printer.Now(resource.Value, await TablesAsync(api, failback, cancellationToken));
            if (result.GetValue(oneLine))
            {
                Terminal.Write(StatusLine.Of(look));
                return ExitCodes.Done;
            }

            Terminal.Write(new StatusScreen(look, Terminal.Width, int.MaxValue).Lines());
            Terminal.Write(Printer.Details(resource.Value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<int> ListAsync(ControlApi api, bool json, CancellationToken cancellationToken)
    {
        var all = new List<Answer<FailbackResource>>();
        await foreach (Answer<FailbackResource> resource in api.ListAsync<FailbackResource>("failbacks", cancellationToken))
            all.Add(resource);
        if (json)
        {
            Printer.Json(new JsonArray([.. all.Select(resource => resource.Json.DeepClone())]));
            return ExitCodes.Done;
        }

        var grid = new TextGrid("failback", "state", "activity", "stands", "#behind", "#set aside", "#troubles");
        foreach (Look look in all.Select(answer => Printer.Now(answer.Value, [])))
            grid.Add(
                look.Standing()?.Ink ?? Ink.Plain, look.Resource.Name, Word.Of(look.Resource.State), look.Resource.Activity,
                look.Standing()?.Word, Amounts.Span(look.Resource.LagSeconds), Amounts.Count(look.Resource.Totals.DeadLettered),
                Amounts.Count(look.Resource.Errors.Count));
        Terminal.Write(grid.Lines());
        return ExitCodes.Done;
    }

    // An interrupted watch has done what it was asked for.
    private static async Task<int> WatchAsync(ControlApi api, string name, bool json, bool oneLine, CancellationToken cancellationToken)
    {
        var rates = new Rates();
        bool screen = !json && !oneLine && Terminal.IsScreen;
        if (screen) Terminal.Enter();
        try
        {
            await foreach (Answer<FailbackResource> answer in ResourcesAsync(api, name, cancellationToken))
            {
                if (json)
                {
                    Console.WriteLine(answer.Json.ToJsonString());
                    continue;
                }

                IReadOnlyList<TableResource> tables = await TablesAsync(api, name, cancellationToken);
                Look look = rates.Add(Printer.Now(answer.Value, tables));
                // One line stays free: a terminal scrolls when its last one is full.
                if (screen) Terminal.Redraw(new StatusScreen(look, Terminal.Width, Terminal.Height - 1).Lines());
                else Terminal.Write(StatusLine.Of(look));
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
        finally
        {
            if (screen) Terminal.Leave();
        }

        return ExitCodes.Done;
    }

    private static async Task<IReadOnlyList<TableResource>> TablesAsync(
        ControlApi api, string name, CancellationToken cancellationToken) =>
        (await api.GetAsync<TableResource[]>($"failbacks/{Uri.EscapeDataString(name)}/tables", cancellationToken)).Value;

    private static async IAsyncEnumerable<Answer<FailbackResource>> ResourcesAsync(
        ControlApi api, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SseItem<string> item in api.EventsAsync(name, "state,progress", "", cancellationToken))
        {
            if (item.EventType is "state" or "progress") yield return new Answer<FailbackResource>(JsonNode.Parse(item.Data)!);
        }
    }
}
