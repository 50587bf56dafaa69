using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Settings;

namespace Failback.Cli.Running;

/// <summary>
/// Calls whose work control does as an operation: waits for its end and tells its steps, or leaves it alone with <c>--no-wait</c>.
/// </summary>
internal static class OperationWait
{
    public static readonly Option<bool> NoWait = new("--no-wait") { Description = "Do not wait: print the operation that does the work" };

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// What the call answers once its work is done; null where it was not waited for, and the operation has been printed.
    /// </summary>
    /// <exception cref="CallFailedException">The call, or its work, was refused.</exception>
    public static async Task<JsonNode?> RunAsync(
        ControlApi api, ParseResult result, HttpMethod method, string path, JsonNode? body, CancellationToken cancellationToken)
    {
        (JsonNode answer, bool isOperation) = await api.BeginAsync(method, path, body, cancellationToken);
        if (!isOperation) return answer;
        if (result.GetValue(NoWait))
        {
            if (CliOptions.IsJson(result)) Printer.Json(answer);
            else Console.WriteLine(
                $"operation {answer["id"]}: {answer["kind"]} {answer["failback"]}; failback operations wait {answer["id"]} waits for it");
            return null;
        }

        return await FollowAsync(api, (string)answer["id"]!, CliOptions.IsJson(result), cancellationToken);
    }

    /// <summary>Waits for an operation; answers its result.</summary>
    public static async Task<JsonNode> FollowAsync(ControlApi api, string id, bool quiet, CancellationToken cancellationToken)
    {
        string told = "";
        try
        {
            while (true)
            {
                JsonNode operation = await api.GetAsync($"operations/{Uri.EscapeDataString(id)}", cancellationToken);
                string state = (string)operation["state"]!;
                if (state == "succeeded") return operation["result"]?.DeepClone() ?? new JsonObject();
                if (state != "running") throw Ended(operation);
                string step = $"{operation["step"]}{(operation["total"] is { } total ? $" ({operation["done"]} of {total})" : "")}";
                if (!quiet && step != told && step != "begun") await Console.Error.WriteLineAsync($"… {step}");
                told = step;
                await Task.Delay(Between, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync($"the operation goes on: failback operations wait {id}, or failback operations cancel {id}");
            throw;
        }
    }

    private static CallFailedException Ended(JsonNode operation) => operation["problem"] is { } problem
        ? new CallFailedException(ExitCodes.Refused, (string)problem["code"]!, Detail(problem), (string)problem["remedy"]!)
        : new CallFailedException(
            ExitCodes.Refused, "cancelled", $"operation {operation["id"]} was cancelled",
            "repeat the command; it goes on from where it was");

    private static string Detail(JsonNode problem) => problem["errors"] is JsonArray { Count: > 1 } errors
        ? string.Join("; ", errors.Select(error => $"{error!["field"]}: {error["message"]}"))
        : (string)problem["detail"]!;
}
