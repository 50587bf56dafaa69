using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Commands;

/// <summary><c>operations list</c>, <c>show</c>, <c>wait</c>, <c>cancel</c>: work that outlives its command.</summary>
internal static class OperationCommands
{
    public static Command Create() => new("operations", "Work that control does on its own: list it, wait for it, cancel it")
    {
        List(),
        One("show", "One operation, as JSON",
            async (api, id, _, cancellationToken) => Printer.Json(
                (await api.GetAsync<Operation>($"operations/{id}", cancellationToken)).Json)),
        One("wait", "Wait for an operation and print its result",
            async (api, id, json, cancellationToken) => Printer.Json(
                (await OperationWait.FollowAsync<JsonNode>(api, id, json, cancellationToken)).Json)),
        One("cancel", "Ask an operation to end",
            async (api, id, _, cancellationToken) => Printer.Json(
                (await api.PostAsync<Operation>($"operations/{id}/cancel", cancellationToken)).Json)),
    };

    private static Command List()
    {
        var failback = new Option<string>("--failback") { Description = "Only of this failback" };
        var state = new Option<string>("--state") { Description = "running, succeeded, failed or cancelled" };
        state.AcceptOnlyFromAmong([.. Word.All<OperationState>()]);
        var limit = new Option<int>("--limit") { Description = "At most so many", DefaultValueFactory = _ => 20 };
        var command = new Command("list", "Operations, newest first") { failback, state, limit };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            string query = $"operations?limit={result.GetValue(limit)}"
                + (result.GetValue(failback) is { } name ? "&failback=" + Uri.EscapeDataString(name) : "")
                + (result.GetValue(state) is { } wanted ? "&state=" + wanted : "");
            Answer<Operation[]> found = await api.GetAsync<Operation[]>(query, cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(found.Json);
            else Terminal.Write(Grid(found.Value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static IReadOnlyList<Line> Grid(Operation[] operations) => Printer.Grid(
        ["id", "kind", "failback", "state", "step", "created", "finished"],
        operations.Select(operation => (string?[])[
            operation.Id, operation.Kind, operation.Failback, Word.Of(operation.State), operation.Step, Printer.Time(operation.CreatedAt),
            Printer.Time(operation.FinishedAt)]));

    private static Command One(string action, string description, Func<ControlApi, string, bool, CancellationToken, Task> work)
    {
        var id = new Argument<string>("id") { Description = "Id of the operation" };
        var command = new Command(action, description) { id };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            await work(api, Uri.EscapeDataString(result.GetValue(id)!), CliOptions.IsJson(result), cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }
}
