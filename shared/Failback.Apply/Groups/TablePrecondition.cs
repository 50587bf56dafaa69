using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Scripting;

namespace Failback.Apply.Groups;

/// <summary>What a table has to have in the target before rows can be applied to it.</summary>
internal static class TablePrecondition
{
    /// <summary>Returns the first thing that is missing, with the remedy; null when nothing is.</summary>
    /// <param name="context">The failback.</param>
    /// <param name="route">The table as the failback has it.</param>
    /// <param name="table">The table in the target; null when it is not there.</param>
    /// <param name="script">What the userscript says about tables.</param>
    public static Failure? Check(GroupContext context, TableRoute route, TargetTable? table, ScriptPlan script)
    {
        if (table is null)
            return Lacks("missing_table", $"table {route.Target} is not in the target: create it, or take it out of the failback");
        if (table.PrimaryKey.Count == 0)
            return Lacks("no_primary_key", $"table {route.Target} has no primary key in the target: add one");
        if (new ColumnMap(table, route.Columns).Problem() is { } problem)
            return Lacks("column_rule", $"table {route.Target}: {problem}; correct tables[].columns");
        if (script.TableOf(table.Name)?.Extras is { } named && table.FindColumn(named) < 0)
        {
            string remedy = context.Dialect.Advice.AddColumn(table, FeedColumn.Of(named, FeedKind.Document));
            return Lacks(
                "extras_column",
                $"table {route.Target} lacks column {named}, which the userscript gives the columns it lacks: {remedy}");
        }

        return ExtrasOf(context, script, table) is { } extras && ExtrasDocument.Problem(table, route.Columns, extras) is { } misfit
            ? Lacks("extras_column", $"table {route.Target}: {misfit}")
            : null;
    }

    /// <summary>The column that takes columns the target lacks: what the script says goes before what the failback says for all.</summary>
    public static string? ExtrasOf(GroupContext context, ScriptPlan script, TargetTable table) =>
        script.TableOf(table.Name)?.Extras ?? context.Spec.ExtrasColumn;

    private static Failure Lacks(string code, string message) => new(FailureKind.Schema, code, message);
}
