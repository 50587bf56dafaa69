using System.Collections.Concurrent;
using System.Globalization;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Journal;
using Failback.Control.Settings;
using Failback.Control.Steps;
using Failback.Control.Storage;

namespace Failback.Control.Operations;

/// <summary>
/// Runs the work of a call within it, or, where the caller prefers <c>respond-async</c>, as an operation that outlives it. A lock tells the
/// other controls that the process of an operation lives.
/// </summary>
internal sealed class OperationRunner(
    OperationStore store, StepStore steps, EventStore events, ControlDatabase database, FailureExplanation failures,
        IHostApplicationLifetime lifetime, TimeProvider time, ILogger<OperationRunner> log)
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
    public Task<IResult> AnswerAsync<T>(
        HttpContext context, string kind, string failback, Func<CancellationToken, Task<T>> work, Func<T, IResult> answer) =>
        AnswerAsync(context, kind, failback, (_, cancellationToken) => work(cancellationToken), answer);

    /// <param name="context">The call.</param>
    /// <param name="kind">What the call does.</param>
    /// <param name="failback">Whose it is.</param>
    /// <param name="work">The work itself, to the end; it is given the operation that it runs as, or null.</param>
    /// <param name="answer">What the call answers when it waits for the work.</param>
    public async Task<IResult> AnswerAsync<T>(
        HttpContext context, string kind, string failback, Func<Operation?, CancellationToken, Task<T>> work, Func<T, IResult> answer)
    {
        if (!PrefersAsync(context.Request)) return answer(await work(null, context.RequestAborted));
        if (_running.Count >= AtOnce)
            throw new ApiException(
                429, "too_many_operations", $"{AtOnce} operations are running",
                "wait until some have ended: GET /api/v1/operations?state=running");
        Operation operation = New(kind, failback);
        await database.Locks.HoldAsync(Lock(operation.Id), context.RequestAborted);
        store.Add(operation);
        Begin(operation, async cancellationToken => OperationEnd.Of(await work(operation, cancellationToken)));
        context.Response.Headers["Preference-Applied"] = "respond-async";
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Accepted($"/api/v1/operations/{operation.Id}", operation);
    }

    /// <summary>Returns an operation that begins now.</summary>
    public Operation New(string kind, string failback)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new Operation
        {
            Id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture),
            Kind = kind,
            Failback = failback,
            CreatedAt = now,
            UpdatedAt = now
        };
    }

    /// <summary>Takes up the work of a stored operation whose process has died, or that waited for its next attempt.</summary>
    /// <returns>False: a process has it in hand.</returns>
    public async Task<bool> ContinueAsync(
        Operation operation, Func<CancellationToken, Task<OperationEnd>> work, CancellationToken cancellationToken)
    {
        if (_running.ContainsKey(operation.Id) || !await database.Locks.HoldAsync(Lock(operation.Id), cancellationToken)) return false;
        Begin(operation, work);
        return true;
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

    private void Begin(Operation operation, Func<CancellationToken, Task<OperationEnd>> work)
    {
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[operation.Id] = (cancel, Task.Run(async () =>
        {
            await begun.Task;
            await RunAsync(operation, work, cancel);
        }, CancellationToken.None));
        begun.SetResult();
    }

    private async Task RunAsync(Operation operation, Func<CancellationToken, Task<OperationEnd>> work, CancellationTokenSource cancel)
    {
        Operation latest = operation;
        StepProgress.Listen((step, done, total) =>
        {
            latest = latest with { Step = step, Done = done, Total = total, UpdatedAt = time.GetUtcNow() };
            store.SaveProgress(latest);
        });
        try
        {
            OperationEnd end = await work(cancel.Token);
            if (end.IsLater) store.SaveProgress(latest with { Stuck = end.Stuck, UpdatedAt = time.GetUtcNow() });
            else Finish(latest with { State = OperationState.Succeeded, Result = end.Result });
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (!lifetime.ApplicationStopping.IsCancellationRequested) Finish(latest with { State = OperationState.Cancelled });
            else if (!IsCarried(operation.Id))
                Finish(latest with { State = OperationState.Failed, Problem = OperationProblem.Interrupted });
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

    // The next control goes on with the run, so the operation is not over. Where this cannot be read it is left as running, too.
    private bool IsCarried(string id)
    {
        try
        {
            return steps.Open().Any(run => run.Operation == id);
        }
        catch (System.Data.Common.DbException)
        {
            return true;
        }
    }

    private void Finish(Operation operation)
    {
        DateTimeOffset now = time.GetUtcNow();
        try
        {
            store.Save(operation with { FinishedAt = now, UpdatedAt = now, Stuck = null });
            events.Append(operation.Failback, [operation.ToEvent(now)]);
        }
        catch (System.Data.Common.DbException e)
        {
            // Left as running without a process, which the leader notices.
            ControlLog.OperationFailed(log, e, operation.Kind, operation.Failback);
        }
    }
}
