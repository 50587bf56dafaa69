using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Settings;
using Failback.Control.Storage;

namespace Failback.Control.Operations;

/// <summary>
/// Runs the work of a call within it, or, where the caller prefers <c>respond-async</c>, as an operation that outlives it. A lock tells the
/// other controls that the process of an operation lives.
/// </summary>
internal sealed class OperationRunner(
    OperationStore store, EventStore events, ControlDatabase database, FailureExplanation failures, IHostApplicationLifetime lifetime,
        TimeProvider time, ILogger<OperationRunner> log)
{
    private const int AtOnce = 32;

    private readonly ConcurrentDictionary<string, (CancellationTokenSource Cancel, Task Work)> _running = new(StringComparer.Ordinal);

    /// <summary>Ids of the operations of this process.</summary>
    public ICollection<string> Running => _running.Keys;

    public static string Lock(string id) => "operation/" + id;

    /// <param name="context">The call.</param>
    /// <param name="kind">What the call does.</param>
    /// <param name="failback">Whose it is.</param>
    /// <param name="work">The work itself, to the end.</param>
    /// <param name="answer">What the call answers when it waits for the work.</param>
    public async Task<IResult> AnswerAsync<T>(
        HttpContext context, string kind, string failback, Func<CancellationToken, Task<T>> work, Func<T, IResult> answer)
    {
        if (!PrefersAsync(context.Request)) return answer(await work(context.RequestAborted));
        Operation operation = await BeginAsync(
            kind, failback,
            async cancellationToken => JsonSerializer.SerializeToElement(await work(cancellationToken), ApiJson.Options),
            context.RequestAborted);
        context.Response.Headers["Preference-Applied"] = "respond-async";
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Accepted($"/api/v1/operations/{operation.Id}", operation);
    }

    /// <summary>Interrupts an operation if it is one of this process.</summary>
    public void Interrupt(string id)
    {
        if (_running.TryGetValue(id, out (CancellationTokenSource Cancel, Task Work) running)) running.Cancel.Cancel();
    }

    /// <summary>Waits for the operations of this process, which end with it.</summary>
    public Task DrainAsync() => Task.WhenAll(_running.Values.Select(running => running.Work));

    private static bool PrefersAsync(HttpRequest request) =>
        request.Headers["Prefer"]
        .Any(line => line!.Split([',', ';']).Any(part => part.Trim().Equals("respond-async", StringComparison.OrdinalIgnoreCase)));

    private async Task<Operation> BeginAsync(
        string kind, string failback, Func<CancellationToken, Task<JsonElement>> work, CancellationToken cancellationToken)
    {
        if (_running.Count >= AtOnce)
            throw new ApiException(
                429, "too_many_operations", $"{AtOnce} operations are running",
                "wait until some have ended: GET /api/v1/operations?state=running");
        DateTimeOffset now = time.GetUtcNow();
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture),
            Kind = kind,
            Failback = failback,
            CreatedAt = now,
            UpdatedAt = now
        };
        await database.Locks.HoldAsync(Lock(operation.Id), cancellationToken);
        store.Add(operation);
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        var begun = new TaskCompletionSource();
        _running[operation.Id] = (cancel, Task.Run(async () =>
        {
            await begun.Task;
            await RunAsync(operation, work, cancel);
        }, CancellationToken.None));
        begun.SetResult();
        return operation;
    }

    private async Task RunAsync(Operation operation, Func<CancellationToken, Task<JsonElement>> work, CancellationTokenSource cancel)
    {
        Operation latest = operation;
        OperationSteps.Listen((step, done, total) =>
        {
            latest = latest with { Step = step, Done = done, Total = total, UpdatedAt = time.GetUtcNow() };
            store.SaveProgress(latest);
        });
        try
        {
            JsonElement result = await work(cancel.Token);
            Finish(latest with { State = OperationState.Succeeded, Result = result.ValueKind == JsonValueKind.Null ? null : result });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Finish(lifetime.ApplicationStopping.IsCancellationRequested
                ? latest with { State = OperationState.Failed, Problem = OperationProblem.Interrupted }
                : latest with { State = OperationState.Cancelled });
        }
        catch (Exception e)
        {
            if (KnownProblem.Of(e) is null) ControlLog.OperationFailed(log, e, operation.Kind, operation.Failback);
            Finish(latest with { State = OperationState.Failed, Problem = failures.Explain(e).ToProblem() });
        }
        finally
        {
            _running.TryRemove(operation.Id, out _);
            database.Locks.Release(Lock(operation.Id));
            cancel.Dispose();
        }
    }

    private void Finish(Operation operation)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            store.Save(operation with { FinishedAt = now, UpdatedAt = now });
            events.Append(operation.Failback, [operation.ToEvent(now)]);
        }
        catch (System.Data.Common.DbException e)
        {
            // Left as running without a process, which the leader notices.
            ControlLog.OperationFailed(log, e, operation.Kind, operation.Failback);
        }
    }
}
