using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Running;

/// <summary>
/// Calls whose work control does as an operation: waits for its end and tells its steps, or leaves it alone with <c>--no-wait</c>.
/// </summary>
internal static class OperationWait
{
    public static readonly Option<bool> NoWait = new("--no-wait") { Description = "Do not wait: print the operation that does the work" };

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Returns the answer of the call once its work is done; null where it was not waited for, and the operation has been printed.
    /// </summary>
    /// <exception cref="CallFailedException">The call, or its work, was refused.</exception>
    public static async Task<Answer<T>?> RunAsync<T>(
        ControlApi api, ParseResult result, HttpMethod method, string path, object? body, CancellationToken cancellationToken)
    {
        (Answer<T>? answer, Answer<Operation>? begun) = await api.BeginAsync<T>(method, path, body, cancellationToken);
        if (begun is null) return answer;
        Operation operation = begun.Value;
        if (!result.GetValue(NoWait)) return await FollowAsync<T>(api, operation.Id, CliOptions.IsJson(result), cancellationToken);
        if (CliOptions.IsJson(result)) Printer.Json(begun.Json);
        else Console.WriteLine(
            $"operation {operation.Id}: {operation.Kind} {operation.Failback}; failback operations wait {operation.Id} waits for it");
        return null;
    }

    /// <summary>Waits for an operation; returns its result.</summary>
    public static async Task<Answer<T>> FollowAsync<T>(ControlApi api, string id, bool quiet, CancellationToken cancellationToken)
    {
        string told = "";
        try
        {
            while (true)
            {
                Operation operation =
                    (await api.GetAsync<Operation>($"operations/{Uri.EscapeDataString(id)}", cancellationToken)).Value;
                if (operation.State == OperationState.Succeeded)
                    return new Answer<T>(JsonNode.Parse(operation.Result?.GetRawText() ?? "{}")!);
                if (operation.State != OperationState.Running) throw Ended(operation);
                string step = $"{operation.Step}{(operation.Total is { } total ? $" ({operation.Done} of {total})" : "")}";
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

    private static CallFailedException Ended(Operation operation) => operation.Problem is { } problem
        ? Refusal.Of(problem).ToException(problem.Code, ExitCodes.Refused)
        : new CallFailedException(
            ExitCodes.Refused, "cancelled", $"operation {operation.Id} was cancelled", "repeat the command; it goes on from where it was");
}
