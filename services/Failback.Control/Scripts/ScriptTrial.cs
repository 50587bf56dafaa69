using System.Text.Json;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.DeadLetters;
using Failback.Control.Registry;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Host;

namespace Failback.Control.Scripts;

/// <summary>Runs a script on rows, through both stages, and tells what comes out. Writes nothing.</summary>
internal sealed class ScriptTrial(LetterClient letters)
{
    private const int MostRows = 1000;

    /// <exception cref="ApiException">No rows, rows that are none, or a script that cannot go on (422).</exception>
    public async Task<ScriptTrialAnswer> RunAsync(
        FailbackRecord failback, ScriptSpec script, long? version, ScriptTrialRequest request, CancellationToken cancellationToken)
    {
        IReadOnlyList<TrialRow> rows = await RowsAsync(failback, request, cancellationToken);
        try
        {
            using Userscript runner = await Userscript.LoadAsync(script, new ScriptLimits(), cancellationToken);
            var answers = new List<ScriptTrialRow>(rows.Count);
            for (int i = 0; i < rows.Count; i++) answers.Add(await RunAsync(runner, failback, rows[i], i, cancellationToken));
            return new ScriptTrialAnswer(
                version, answers, answers.Count(a => a.Outcome == "routed"), answers.Count(a => a.Outcome == "dropped"),
                answers.Count(a => a.Outcome == "failed"));
        }
        catch (ScriptLimitException e)
        {
            throw new ApiException(
                422, "script_stopped", $"the script stands still: {e.Message}", "in a failback it would stop everything; correct it");
        }
    }

    private async Task<IReadOnlyList<TrialRow>> RowsAsync(
        FailbackRecord failback, ScriptTrialRequest request, CancellationToken cancellationToken)
    {
        if (request.Rows is { Count: > 0 and <= MostRows } rows)
            return [.. rows.Select((row, index) => TrialRow.Of(row, index, failback.Tables))];
        if (request.Letters is not (> 0 and <= MostRows))
            throw new ApiException(
                422, "invalid_rows", $"a trial needs rows, or letters, 1 to {MostRows} of them",
                "send rows as a changefeed does, or \"letters\": 20");
        var filter = new DeadLetterFilter { State = LetterState.Open };
        return [.. (await letters.FindAsync(failback, filter, 0, request.Letters.Value, withRows: true, cancellationToken)).Select(
            letter => TrialRow.Of(letter, failback.Tables))];
    }

    private static async Task<ScriptTrialRow> RunAsync(
        Userscript runner, FailbackRecord failback, TrialRow row, int index, CancellationToken cancellationToken)
    {
        var answer = new ScriptTrialRow(index, row.Own?.Target ?? row.Source.ToString(), Parse(row.Frame.Key)!.Value, "routed");
        ScriptOutcome routed = row.IsRouted
            ? ScriptOutcome.Unchanged
            : await OneAsync(runner, ScriptStage.Source, row.Own, row.Source, row.Frame, cancellationToken);
        if (routed.Error is { } error) return answer with { Outcome = "failed", Error = error.ToString() };
        var results = new List<ScriptTrialResult>();
        foreach (ScriptRow made in routed.Rows)
        {
            TableRoute? table = made.Table is { } name
                ? TrialRow.RouteOf(TableName.Parse(name), failback.Tables, route => route.Target)
                : row.Own;
            if (table is null)
            {
                results.Add(
                    Show(made, made.Table ?? row.Source.ToString(), row.Frame) with
                    {
                        Note = "the failback has no such table: onUnknownTable decides"
                    });
                continue;
            }

            ScriptOutcome mapped = await OneAsync(
                runner, ScriptStage.Table, table, row.Source, FrameOf(made, row.Frame), cancellationToken);
            if (mapped.Error is { } thrown) return answer with { Outcome = "failed", Error = thrown.ToString() };
            results.AddRange(mapped.Rows.Select(final => Show(Merge(made, final), table.Target, row.Frame)));
        }

        return results.Count == 0 ? answer with { Outcome = "dropped" } : answer with { Result = results };
    }

    private static async Task<ScriptOutcome> OneAsync(
        Userscript runner, ScriptStage stage, TableRoute? table, TableName source, RowFrame frame, CancellationToken cancellationToken)
    {
        TableName target = table is null ? source : TableName.Parse(table.Target);
        IReadOnlyList<string> key = table is null ? [] : table.SourceKey.Count > 0 ? table.SourceKey : table.TargetKey;
        return (await runner.RunAsync(stage, new ScriptBatch(source, target, key, [frame]), cancellationToken))[0];
    }

    private static RowFrame FrameOf(ScriptRow made, RowFrame received) => new(
        received.Updated,
        made.Key.IsEmpty ? received.Key : made.Key,
        made.IsDelete ? default : made.Row.IsEmpty ? received.After : made.Row,
        received.Before);

    private static ScriptRow Merge(ScriptRow made, ScriptRow final) => new(
        made.Table,
        final.IsDelete || (made.IsDelete && final.Row.IsEmpty),
        final.Key.IsEmpty ? made.Key : final.Key,
        final.Row.IsEmpty ? made.Row : final.Row);

    private static ScriptTrialResult Show(ScriptRow made, string table, RowFrame received)
    {
        bool isDelete = made.IsDelete || (made.Row.IsEmpty && received.IsDelete);
        return new ScriptTrialResult(isDelete ? "delete" : "upsert", table)
        {
            Key = Parse(isDelete && !made.Row.IsEmpty ? made.Row : made.Key.IsEmpty ? received.Key : made.Key),
            Row = isDelete ? null : Parse(made.Row.IsEmpty ? received.After : made.Row),
        };
    }

    private static JsonElement? Parse(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? null : JsonSerializer.Deserialize<JsonElement>(json.Span);
}
