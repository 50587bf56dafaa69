using Failback.Apply.Tables;

namespace Failback.Apply.Writing;

/// <summary>
/// Chooses the column of a unique index that a row gives up for a moment. NULL before a value of chance, and first of all a column that
/// nothing else restricts: a foreign key or a check may refuse what a unique index does not mind.
/// </summary>
public static class UniqueParking
{
    private const int Unfit = 4;

    /// <summary>Ordinal of the column, -1 when no column can be given up.</summary>
    /// <param name="index">The unique index.</param>
    /// <param name="table">Its table.</param>
    /// <param name="hasPlaceholder">Tells whether the dialect has values of chance for a column.</param>
    public static int Choose(UniqueIndex index, TargetTable table, Func<int, bool> hasPlaceholder)
    {
        IEnumerable<TargetColumn> columns = index.Columns.Where(c => !table.PrimaryKey.Contains(c)).Select(c => table.Columns[c]);
        return columns.Where(c => !c.IsGenerated && !c.IsInsertOnly).OrderBy(Rank).Where(c => Rank(c) < Unfit).Select(c => c.Ordinal)
            .FirstOrDefault(-1);

        int Rank(TargetColumn column) => (TakesNull(index, column), hasPlaceholder(column.Ordinal), IsBound(table, column)) switch
        {
            (true, _, false) => 0,
            (_, true, false) => 1,
            (true, _, true) => 2, // NULL satisfies a foreign key, and most checks
            (_, true, true) => 3,
            _ => Unfit,
        };
    }

    /// <summary>Something else than the index minds what stands in the column.</summary>
    public static bool IsBound(TargetTable table, TargetColumn column) =>
        column.IsBound || table.ForeignKeys.Any(f => f.Columns.Contains(column.Ordinal));

    /// <summary>A NULL in the column keeps a row from colliding with any other.</summary>
    public static bool TakesNull(UniqueIndex index, TargetColumn column) => column.IsNullable && index.NullsDistinct;
}
