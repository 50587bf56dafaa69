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
using Failback.Scripting.Routing;

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
            var tables = new ScriptTables(failback.Tables);
            for (int i = 0; i < rows.Count; i++) answers.Add(await RunAsync(runner, tables, rows[i], i, cancellationToken));
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
        {
            var sources = new RouteFinder(failback.Tables, route => route.Source);
            return [.. rows.Select((row, index) => TrialRow.Of(row, index, sources))];
        }

        if (request.Letters is not (> 0 and <= MostRows))
            throw new ApiException(
                422, "invalid_rows", $"a trial needs rows, or letters, 1 to {MostRows} of them",
                "send rows as a changefeed does, or \"letters\": 20");
        var filter = new DeadLetterFilter { State = LetterState.Open };
        return [.. (await letters.FindAsync(failback, filter, 0, request.Letters.Value, withRows: true, cancellationToken)).Select(
            letter => TrialRow.Of(letter, failback.Tables))];
    }

    private static async Task<ScriptTrialRow> RunAsync(
        Userscript runner, ScriptTables tables, TrialRow row, int index, CancellationToken cancellationToken)
    {
        var answer = new ScriptTrialRow(index, row.Own?.Target ?? row.Source.ToString(), Parse(row.Frame.Key)!.Value, "routed");
        ScriptOutcome routed = row.IsRouted
            ? ScriptOutcome.Unchanged
            : await OneAsync(runner, ScriptStage.Source, tables, row.Own, row.Source, row.Frame, cancellationToken);
        if (routed.Error is { } error) return answer with { Outcome = "failed", Error = error.ToString() };
        if (routed.Rows.Count > MostRows)
            return answer with
            {
                Outcome = "failed",
                Error = $"the row becomes {routed.Rows.Count} rows; a trial shows at most {MostRows}"
            };
        var results = new List<ScriptTrialResult>();
        foreach (ScriptRow made in routed.Rows)
        {
            TableRoute? table = tables.Find(made.Table, row.Own);
            RoutedTarget target = tables.Target(table, row.Own);
            if (made.Over(row.Frame, target) is not { } sent)
                return answer with { Outcome = "failed", Error = target.Lack(row.Frame, made) };
            if (table is null)
            {
                results.Add(
                    Show(sent, made.Table ?? row.Source.ToString()) with
                    {
                        Note = "the failback has no such table: onUnknownTable decides"
                    });
                continue;
            }

            ScriptOutcome mapped = await OneAsync(runner, ScriptStage.Table, tables, table, row.Source, sent, cancellationToken);
            if (mapped.Error is { } thrown) return answer with { Outcome = "failed", Error = thrown.ToString() };
            target = tables.Target(table, table, ScriptStage.Table);
            foreach (ScriptRow final in mapped.Rows)
            {
                if (final.Over(sent, target) is not { } written)
                    return answer with { Outcome = "failed", Error = target.Lack(sent, final) };
                results.Add(Show(written, table.Target));
            }
        }

        return results.Count == 0 ? answer with { Outcome = "dropped" } : answer with { Result = results };
    }

    private static async Task<ScriptOutcome> OneAsync(
        Userscript runner, ScriptStage stage, ScriptTables tables, TableRoute? table, TableName source, RowFrame frame,
        CancellationToken cancellationToken)
    {
        TableName target = table is null ? source : TableName.Parse(table.Target);
        var batch = new ScriptBatch(source, target, tables.KeyNames(table), [frame]);
        return (await runner.RunAsync(stage, batch, cancellationToken))[0];
    }

    private static ScriptTrialResult Show(in RowFrame row, string table) => new(row.IsDelete ? "delete" : "upsert", table)
    {
        Key = Parse(row.Key),
        Row = row.IsDelete ? null : Parse(row.After),
    };

    private static JsonElement? Parse(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? null : JsonSerializer.Deserialize<JsonElement>(json.Span);
}
