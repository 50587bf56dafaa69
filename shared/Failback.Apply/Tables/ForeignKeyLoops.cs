using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Tables;

/// <summary>
/// Finds tables that reference each other in a circle. Which of two rows comes first then has no answer, so one key has to give way for a
/// moment.
/// </summary>
internal static class ForeignKeyLoops
{
    /// <param name="tables">Tables of a failback.</param>
    /// <param name="suggest">The statement that lets a key wait for the end of the transaction, or null.</param>
    public static IEnumerable<Finding> Of(IReadOnlyList<TargetTable> tables, Func<TargetTable, ForeignKey, string?> suggest)
    {
        ILookup<TableName, (TargetTable Child, ForeignKey Key)> all = Edges(tables);
        ILookup<TableName, (TargetTable Child, ForeignKey Key)> rigid = Edges(
            tables, key => !key.Key.IsDeferrable && key.Key.Columns.Any(column => !key.Child.Columns[column].IsNullable));
        var seen = new HashSet<TableName>();
        foreach (TargetTable table in tables.Where(table => !seen.Contains(table.Name)))
        {
            HashSet<TableName> loop = Loop(table.Name, all);
            if (loop.Count < 2) continue;
            seen.UnionWith(loop);
            string names = string.Join(", ", loop.Select(name => name.ToString()).Order(StringComparer.Ordinal));
            TableName? stuck = loop.Cast<TableName?>().FirstOrDefault(name => Loop(name!.Value, rigid).Count > 1);
            if (stuck is not { } name)
            {
                yield return new Finding(
                    PreflightCodes.ForeignKeyCycle, Severity.Info, table.Name.ToString(),
                    $"{names} reference each other in a circle: keys that may be NULL or wait are set last", null);
                continue;
            }

            (TargetTable child, ForeignKey key) = Loop(name, rigid).SelectMany(member => rigid[member])
                .First(edge => Loop(name, rigid).Contains(edge.Key.Parent));
            yield return new Finding(
                PreflightCodes.ForeignKeyCycle, Severity.Warning, table.Name.ToString(),
                $"{names} reference each other in a circle without a key that may be NULL or wait: such rows go in only where the user "
                    + $"of target may switch the checks off",
                suggest(child, key));
        }
    }

    private static ILookup<TableName, (TargetTable Child, ForeignKey Key)> Edges(
        IReadOnlyList<TargetTable> tables, Func<(TargetTable Child, ForeignKey Key), bool>? which = null)
    {
        HashSet<TableName> known = [.. tables.Select(table => table.Name)];
        return tables.SelectMany(table => table.ForeignKeys.Select(key => (Child: table, Key: key)))
            .Where(edge => edge.Key.Parent != edge.Child.Name && known.Contains(edge.Key.Parent) && which?.Invoke(edge) != false)
            .ToLookup(edge => edge.Child.Name);
    }

    /// <summary>Tables that reach a table and are reached from it; that table alone when it is in no circle.</summary>
    private static HashSet<TableName> Loop(TableName table, ILookup<TableName, (TargetTable Child, ForeignKey Key)> edges) =>
        [table, .. Reached(table, edges).Where(other => Reached(other, edges).Contains(table))];

    private static HashSet<TableName> Reached(TableName from, ILookup<TableName, (TargetTable Child, ForeignKey Key)> edges)
    {
        var reached = new HashSet<TableName>();
        var next = new Stack<TableName>([from]);
        while (next.TryPop(out TableName at))
        {
            foreach ((_, ForeignKey key) in edges[at])
            {
                if (reached.Add(key.Parent)) next.Push(key.Parent);
            }
        }

        return reached;
    }
}
