using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Messaging.Publishing;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Host;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Reading;

namespace Failback.Sink.Scripts;

/// <summary>
/// Runs the schema-level handlers of a failback's userscript on a request's rows before they are published. A script that exceeds
/// its limits pauses for a while, so that the changefeed's retries do not burn the processor; another version runs at once.
/// </summary>
internal sealed class ScriptRouter
{
    private static readonly TimeSpan StandsStill = TimeSpan.FromSeconds(10);

    private readonly FailbackSpec _spec;
    private readonly ScriptSlot _slot;
    private readonly BodyBudget _budget;
    private readonly FeedCounters _counters;
    private readonly TimeProvider _time;
    private readonly RowRouting _routing;
    private readonly Dictionary<string, TableRoute> _byQueue;
    private volatile Stop? _stop;

    internal ScriptRouter(FailbackSpec spec, ScriptSlot slot, BodyBudget budget, FeedCounters counters, TimeProvider time)
    {
        _spec = spec;
        _slot = slot;
        _budget = budget;
        _counters = counters;
        _time = time;
        _routing = new RowRouting(spec);
        _byQueue = spec.Tables.ToDictionary(route => route.Queue, StringComparer.Ordinal);
    }

    /// <summary>Returns the rows as the script wants them published. The caller releases the made bytes.</summary>
    /// <exception cref="RefusedException">
    /// The script cannot go on, its process does not start, or it names a table that the failback refuses.
    /// </exception>
    internal async Task<(ChangefeedBody Content, MadeBytes? Made)> RouteAsync(
        ChangefeedBody content, BodyBuffer body, CancellationToken cancellationToken)
    {
        ScriptPool pool = _slot.Current;
        ThrowIfStopped(pool);
        var made = new MadeBytes(_budget);
        try
        {
            bool decides = await pool.DecidesAsync(cancellationToken).AsTask().WaitAsync(cancellationToken);
            if (!decides && content.Tables.All(table => table.UnknownTopic is null)) return (content, null);
            var rows = new RoutedRows(made);
            Stop? stopped = _stop;
            foreach (TableRows table in content.Tables) await RouteAsync(pool, rows, table, body, cancellationToken);
            // Only the stop that was seen before the run is lifted: another request may have set a new one meanwhile.
            if (stopped is not null && ReferenceEquals(stopped, _stop)) GoOn(pool);
            return (rows.Complete(content.RowCount), made);
        }
        catch (Exception e)
        {
            made.Release();
            if (e is ScriptLimitException or ScriptLoadException) throw StandStill(pool, e.Message);
            if (e is ScriptHostException) throw StandStill(pool, e.Message, ScriptHostException.Remedy);
            throw;
        }
    }

    private async Task RouteAsync(ScriptPool pool, RoutedRows rows, TableRows table, BodyBuffer body, CancellationToken cancellationToken)
    {
        TableRoute? own = table.UnknownTopic is null ? _byQueue[table.Queue] : null;
        string topic = table.UnknownTopic ?? own!.Source;
        TableName source = TableName.TryParse(topic, out TableName name) ? name : new TableName("", "", topic);
        List<RowFrame> frames = [.. table.Rows.Select(row => row.In(body.Memory))];
        var batch = new ScriptBatch(source, own is null ? source : TableName.Parse(own.Target), _routing.KeyNames(own), frames);
        IReadOnlyList<ScriptOutcome> outcomes = await RunAsync(pool, batch, body, cancellationToken);
        for (int i = 0; i < outcomes.Count; i++) Route(rows, table.Rows[i], frames[i], body, own, topic, outcomes[i]);
    }

    /// <summary>Runs the script and holds the body until the script has ended, which may be after the request.</summary>
    private async Task<IReadOnlyList<ScriptOutcome>> RunAsync(
        ScriptPool pool, ScriptBatch batch, BodyBuffer body, CancellationToken cancellationToken)
    {
        body.Hold();
        Task<IReadOnlyList<ScriptOutcome>> run = pool.RunAsync(batch, cancellationToken);
        _ = run.ContinueWith(
            done =>
            {
                body.Release();
                if (done.Exception?.InnerException is ScriptLimitException e) StandStill(pool, e.Message);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return await run.WaitAsync(cancellationToken);
    }

    private void Route(
        RoutedRows rows, RowSlice row, in RowFrame received, BodyBuffer body, TableRoute? own, string topic, ScriptOutcome outcome)
    {
        if (outcome.Error is { } error) _routing.Fail(rows, row, body.Span, own, topic, error.ToString());
        else if (outcome.IsUnchanged) _routing.Keep(rows, row, own, topic);
        else if (outcome.IsDropped) RowRouting.Drop(rows, row, own);
        else
        {
            try
            {
                _routing.Make(rows, row, received, own, topic, outcome.Rows);
            }
            catch (UnroutableRowException e)
            {
                _routing.Fail(rows, row, body.Span, own, topic, e.Message);
            }
        }
    }

    private void ThrowIfStopped(ScriptPool pool)
    {
        if (_stop is { } stop && stop.Version == pool.Version && _time.GetElapsedTime(stop.Since) < StandsStill)
            throw RefusedException.Unavailable(stop.Reason);
    }

    private RefusedException StandStill(ScriptPool pool, string what, string? remedy = null)
    {
        remedy ??= $"activate another version (failback script activate {_spec.Name} VERSION)";
        string reason = $"version {pool.Version} of the userscript of failback {_spec.Name} stands still: {what}; {remedy}";
        _stop = new Stop(pool.Version, _time.GetTimestamp(), reason);
        // A run of a former version may end after the switch; its failure says nothing about the version that runs now.
        if (ReferenceEquals(pool, _slot.Current)) _counters.Script(pool.Version, reason);
        return RefusedException.Unavailable(reason);
    }

    private void GoOn(ScriptPool pool)
    {
        _stop = null;
        _counters.Script(pool.Version, null);
    }

    private sealed record Stop(long Version, long Since, string Reason);
}
