using System.Text;
using Failback.Apply.Failures;
using Failback.Apply.Windows;
using Failback.Apply.Writing;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;

namespace Failback.Apply.Rows;

/// <summary>
/// Rows on which the schema-level userscript failed in the sink. They take part in everything up to the writing, so that a newer version of
/// the row wins over them as over any other, and become letters in the transaction that accounts for them.
/// </summary>
internal static class ScriptRefusals
{
    /// <summary>The changes without them; the plan keeps them for another try.</summary>
    public static TableChanges Split(TableChanges table, List<RowFailure> refused)
    {
        if (!table.Upserts.Exists(IsUnrouted) && !table.Deletes.Exists(IsUnrouted)) return table;
        var rest = table.Empty();
        foreach (RowChange change in table.Upserts.Concat(table.Deletes))
        {
            if (IsUnrouted(change)) refused.Add(new RowFailure(table.Index, change, FailureOf(change.Mutation.Frame)));
            else (change.Mutation.Frame.IsDelete ? rest.Deletes : rest.Upserts).Add(change);
        }

        return rest;
    }

    private static bool IsUnrouted(RowChange change) => change.Mutation.Entry.HasUnrouted && change.Mutation.Frame.IsMarked;

    private static Failure FailureOf(RowFrame frame) =>
        new(FailureKind.Script, LetterCodes.Unrouted, Encoding.UTF8.GetString(frame.Note.Span));
}
