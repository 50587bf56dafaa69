using System.CommandLine;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
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
            JsonNode resource = await api.GetAsync($"failbacks/{Uri.EscapeDataString(failback)}", cancellationToken);
            if (CliOptions.IsJson(result))
            {
                Printer.Json(resource);
                return ExitCodes.Done;
            }

            Printer.Resource(resource);
            AnsiConsole.Write(
                Printer.Tables(
                    (await api.GetAsync($"failbacks/{Uri.EscapeDataString(failback)}/tables", cancellationToken)).AsArray(),
                    new Dictionary<string, double>(StringComparer.Ordinal), TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<int> ListAsync(ControlApi api, bool json, CancellationToken cancellationToken)
    {
        var all = new JsonArray();
        await foreach (JsonNode resource in api.ListAsync("failbacks", cancellationToken)) all.Add(resource.DeepClone());
        if (json)
        {
            Printer.Json(all);
            return ExitCodes.Done;
        }

        foreach (JsonNode? resource in all)
            Console.WriteLine(
                $"{resource!["name"]}\t{resource["state"]}\t{resource["activity"]}\tlag {resource["lagSeconds"] ?? "-"}\terrors "
                    + $"{resource["errors"]!.AsArray().Count}");
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
                await foreach (JsonNode resource in ResourcesAsync(api, name, cancellationToken)) Line(resource, json);
            }
            else
            {
                await AnsiConsole.Live(new Text("")).StartAsync(async screen =>
                {
                    await foreach (JsonNode resource in ResourcesAsync(api, name, cancellationToken))
                    {
                        JsonArray tables =
                            (await api.GetAsync($"failbacks/{Uri.EscapeDataString(name)}/tables", cancellationToken)).AsArray();
                        Table table = Printer.Tables(tables, rates.Of(tables), TimeProvider.System.GetUtcNow());
                        screen.UpdateTarget(
                            table.Title(
                                Markup.Escape(
                                    $"{name}: {resource["state"]}, {resource["activity"]}, lag {resource["lagSeconds"] ?? "-"} s"))
                            .Caption(
                                Markup.Escape(
                                    string.Join(
                                        '\n', resource["errors"]!.AsArray().Select(error => $"{error!["code"]}: {error["message"]}")))));
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

    private static async IAsyncEnumerable<JsonNode> ResourcesAsync(
        ControlApi api, string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (SseItem<string> item in api.EventsAsync(name, "state,progress", "", cancellationToken))
        {
            if (item.EventType is "state" or "progress") yield return JsonNode.Parse(item.Data)!;
        }
    }

    private static void Line(JsonNode resource, bool json)
    {
        JsonNode totals = resource["totals"]!;
        Console.WriteLine(json
            ? resource.ToJsonString()
            : $"{resource["state"]} {resource["activity"]} received {totals["received"]} applied {totals["applied"]} dead "
                + $"{totals["deadLettered"]} in flight {totals["inFlight"]} lag {resource["lagSeconds"] ?? "-"} errors "
                + $"{resource["errors"]!.AsArray().Count}");
    }
}
