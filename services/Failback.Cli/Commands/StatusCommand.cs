using System.CommandLine;
using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Spectre.Console;

namespace Failback.Cli.Commands;

/// <summary><c>status</c>: all failbacks, or one with its tables; <c>--watch</c> draws it again every second.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var name = new Argument<string?>(
            "name")
        { Description = "Name of the failback; without it all are listed", Arity = ArgumentArity.ZeroOrOne };
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on until interrupted" };
        var command = new Command("status", "State and progress") { name, watch };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            if (result.GetValue(name) is not { } failback) return await ListAsync(api, CliOptions.IsJson(result), cancellationToken);
            if (result.GetValue(watch)) return await WatchAsync(api, failback, CliOptions.IsJson(result), cancellationToken);
            Answer<FailbackResource> resource = await api.GetAsync<FailbackResource>(
                $"failbacks/{Uri.EscapeDataString(failback)}", cancellationToken);
            if (CliOptions.IsJson(result))
            {
                Printer.Json(resource.Json);
                return ExitCodes.Done;
            }

            Printer.Resource(resource.Value);
            AnsiConsole.Write(
                Printer.Tables(
                    await TablesAsync(api, failback, cancellationToken),
                    new Dictionary<string, double>(StringComparer.Ordinal), TimeProvider.System.GetUtcNow()));
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

        foreach (FailbackResource resource in all.Select(answer => answer.Value))
            Console.WriteLine(
                $"{resource.Name}\t{Word.Of(resource.State)}\t{resource.Activity}\tlag {Lag(resource)}\terrors {resource.Errors.Count}");
        return ExitCodes.Done;
    }

    // An interrupted watch has done what it was asked for.
    private static async Task<int> WatchAsync(ControlApi api, string name, bool json, CancellationToken cancellationToken)
    {
        var rates = new Rates();
        try
        {
            if (json || !AnsiConsole.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
            {
                await foreach (Answer<FailbackResource> resource in ResourcesAsync(api, name, cancellationToken)) Line(resource, json);
            }
            else
            {
                await AnsiConsole.Live(new Text("")).StartAsync(async screen =>
                {
                    await foreach (Answer<FailbackResource> answer in ResourcesAsync(api, name, cancellationToken))
                    {
                        FailbackResource resource = answer.Value;
                        IReadOnlyList<TableResource> tables = await TablesAsync(api, name, cancellationToken);
                        Table table = Printer.Tables(tables, rates.Of(tables), TimeProvider.System.GetUtcNow());
                        string title = $"{name}: {Word.Of(resource.State)}, {resource.Activity}, lag {Lag(resource)} s";
                        string troubles = string.Join('\n', resource.Errors.Select(error => $"{error.Code}: {error.Message}"));
                        screen.UpdateTarget(table.Title(Markup.Escape(title)).Caption(Markup.Escape(troubles)));
                    }
                });
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Done;
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

    private static void Line(Answer<FailbackResource> answer, bool json)
    {
        if (json)
        {
            Console.WriteLine(answer.Json.ToJsonString());
            return;
        }

        FailbackResource resource = answer.Value;
        RowTotals totals = resource.Totals;
        Console.WriteLine(
            $"{Word.Of(resource.State)} {resource.Activity} received {totals.Received} applied {totals.Applied} dead "
                + $"{totals.DeadLettered} in flight {totals.InFlight} lag {Lag(resource)} errors {resource.Errors.Count}");
    }

    private static string Lag(FailbackResource resource) => resource.LagSeconds?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
