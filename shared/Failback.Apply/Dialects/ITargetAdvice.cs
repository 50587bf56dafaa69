using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;

namespace Failback.Apply.Dialects;

/// <summary>Statements that a person may run to put something right. They are shown and never run.</summary>
public interface ITargetAdvice
{
    /// <summary>Returns the statement that adds a column which the feed has and the table lacks.</summary>
    string AddColumn(TargetTable table, string column, FeedKind kind);

    /// <summary>
    /// Returns the statement after which a column takes the value, as far as the column's type tells; null when it takes the value already
    /// or its type does not tell.
    /// </summary>
    string? Fit(TargetTable table, TargetColumn column, RawValue value) => null;

    /// <summary>
    /// Returns the statement that lets a foreign key be checked at the end of a transaction; null when the dialect has none.
    /// </summary>
    string? MakeDeferrable(TargetTable table, ForeignKey key) => null;
}
