using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Rows;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Words;
using Failback.Scripting;
using Failback.Scripting.Batches;

namespace Failback.Apply.Letters;

/// <summary>
/// Sends letters of rows that were never routed through the schema-level handlers that are active now. Only what these make of the row in
/// its own table, under its own key, can be written: a newer version of it there would have settled the letter. Of other tables nothing
/// tells whether they have a newer version already.
/// </summary>
internal sealed class UnroutedRows(GroupContext context)
{
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
        string[] others = [
            .. outcome.Rows.Where(r => r.Table is not null && !IsOwn(table, r.Table)).Select(r => r.Table!)
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
        else if (Moves(table, letter.Letter, outcome.Rows[0]))
            Refuse(letter,
                "the userscript gives the row another key, and nothing tells whether a newer version of it is there already; write the row "
                    + "again at the source, then discard this letter");
        else letter.Route(Made(letter.Letter, outcome.Rows[0]));
    }

    private static ReadOnlyMemory<byte> Made(Letter letter, ScriptRow row)
    {
        if (row.IsDelete) return default;
        return row.Row.IsEmpty ? letter.After : row.Row;
    }

    private static bool Moves(GroupTable table, Letter letter, ScriptRow row)
    {
        KeyMap keys = KeyMap.InOrder(table.Target, table.Route.Columns);
        ReadOnlyMemory<byte> key = row.Key;
        if (key.IsEmpty && !keys.TryKeyOf(row.Row, out key)) return false;
        return TableScript.PlaceOf(key) != TableScript.PlaceOf(table.Keys.InTargetOrder(letter.Frame));
    }

    /// <summary>As in the sink: a name alone means first the schema of the row's own table. Exact case goes before any other.</summary>
    private bool IsOwn(GroupTable table, string name)
    {
        if (!ScriptNames.Fits(name, table.Target.Name)) return false;
        string last = ScriptNames.Parts(name)[^1];
        return last == table.Target.Name.Table
            || !context.Spec.Tables.Any(
                t => t != table.Route && TableName.TryParse(t.Target, out TableName other) && other.Table == last
                && ScriptNames.Fits(name, other));
    }

    private static void Refuse(LetterTry letter, string reason) =>
        letter.Lose(new Failure(FailureKind.Script, LetterCodes.Unrouted, reason));
}
