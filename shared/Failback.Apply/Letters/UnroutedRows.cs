using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Scripting.Batches;
using Failback.Scripting.Routing;

namespace Failback.Apply.Letters;

/// <summary>
/// Sends letters of rows that were never routed through the schema-level handlers that are active now. Only what these make of the row in
/// its own table, under its own key, can be written: a newer version of it there would have settled the letter. Of other tables nothing
/// tells whether they have a newer version already.
/// </summary>
internal sealed class UnroutedRows(GroupContext context)
{
    private readonly ScriptTables _tables = new(context.Spec.Tables);

    /// <summary>Routes, drops or loses the letters of a round whose rows have no route yet.</summary>
    /// <exception cref="GroupHaltedException">The script used up its limits.</exception>
    public async Task RunAsync(LetterRound round, CancellationToken cancellationToken)
    {
        foreach (IGrouping<GroupTable, LetterTry> table in round.Undecided.Where(t => t.IsUnrouted)
            .GroupBy(t => round.TableOf(t.Letter)).ToList())
        {
            LetterTry[] all = [.. table];
            ScriptBatch batch = table.Key.Batch([.. all.Select(t => t.Letter.Frame)]);
            IReadOnlyList<ScriptOutcome> outcomes = await context.Script.RunAsync(ScriptStage.Source, batch, cancellationToken);
            for (int i = 0; i < all.Length; i++) Take(table.Key, all[i], outcomes[i]);
        }
    }

    private void Take(GroupTable table, LetterTry letter, ScriptOutcome outcome)
    {
        TableRoute own = context.Spec.Tables.First(t => t.Target == table.Name);
        string[] others = [
            .. outcome.Rows.Where(r => !ReferenceEquals(_tables.Find(r.Table, own), own)).Select(r => r.Table!)
                .Distinct(StringComparer.Ordinal)];
        if (outcome.Error is { } error) Refuse(letter, error.ToString());
        else if (outcome.IsDropped) letter.End(Fate.Dropped);
        else if (others.Length > 0)
            Refuse(letter,
                $"the userscript sends the row to {string.Join(", ", others)}, and nothing tells whether a newer version of it is there "
                    + $"already; write the row again at the source, then discard this letter");
        else if (outcome.Rows.Count > 1)
            Refuse(letter,
                $"the userscript makes several rows of one, and nothing tells whether {table.Name} has newer ones; write the row again at "
                    + $"the source, then discard this letter");
        else if (outcome.Rows[0].Over(letter.Letter.Frame, _tables.Target(own, own)) is { } row && !Moves(table, letter.Letter, row))
            letter.Route(row.After);
        else
            Refuse(letter,
                "the userscript gives the row another key, and nothing tells whether a newer version of it is there already; write the row "
                    + "again at the source, then discard this letter");
    }

    private static bool Moves(GroupTable table, Letter letter, in RowFrame row) =>
        !row.Key.Span.SequenceEqual(letter.Key.Span)
        && TableScript.PlaceOf(table.Keys.InTargetOrder(row)) != TableScript.PlaceOf(table.Keys.InTargetOrder(letter.Frame));

    private static void Refuse(LetterTry letter, string reason) =>
        letter.Lose(new Failure(FailureKind.Script, LetterCodes.Unrouted, reason));
}
