using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Windows;

namespace Failback.Apply.Rows;

/// <summary>Looks at what the rows of a transaction have shown about their keys, before it is committed.</summary>
internal static class KeyCheck
{
    /// <exception cref="GroupHaltedException">A row has a key that nothing explains, or that only an operator may believe.</exception>
    public static void Run(IReadOnlyList<GroupTable> tables, TableChanges?[] changes)
    {
        foreach (TableChanges table in changes.OfType<TableChanges>())
        {
            if (table.Lesson.Learned.Problem is { } problem) throw new GroupHaltedException(problem, tables[table.Index].Name);
        }
    }
}
