using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Apply.Dialects;

/// <summary>
/// What people and control are told about tables of a target: how they are called at the source, and the statements that put something
/// right. Statements are shown and never run. Where a member returns null the product has no such statement.
/// </summary>
public interface ITargetAdvice
{
    /// <summary>What the schemas of the target are to those of the source.</summary>
    SchemaNaming Schemas => SchemaNaming.Same;

    /// <summary>Returns what a table of the target is called at the source after a usual migration.</summary>
    TableName SourceName(TableName table) => table;

    /// <summary>Returns what a column of the target is called at the source after a usual migration.</summary>
    string SourceName(TargetColumn column) => column.Name;

    /// <summary>Returns which moments a column holds; null: all that the source has, or it holds none.</summary>
    MomentLimits? Moments(TargetColumn column) => ColumnMoments.Of(column);

    /// <summary>Returns the statement that makes a table like one of the source.</summary>
    /// <param name="table">What it should be called.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="key">Names of those that are its primary key.</param>
    string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key);

    /// <summary>Returns the statement that adds a column which the source has and the table lacks.</summary>
    string AddColumn(TargetTable table, SourceColumn column);

    /// <summary>Returns the statement that gives a table this primary key, in the place of one that it has.</summary>
    string? SetKey(TargetTable table, IReadOnlyList<string> columns) => null;

    /// <summary>Returns the statement that gives a column a type for everything that a column of the source can hold.</summary>
    string? Fit(TargetTable table, TargetColumn column, SourceColumn source) => null;

    /// <summary>
    /// Returns the statement after which a column takes the value, as far as the column's type tells; also null when it takes the value
    /// already or its type does not tell.
    /// </summary>
    string? Fit(TargetTable table, TargetColumn column, RawValue value) => null;

    /// <summary>Returns the statement that lets a column be NULL.</summary>
    string? DropNotNull(TargetTable table, TargetColumn column) => null;

    /// <summary>
    /// Returns the statement that makes a foreign key anew, so that a delete of a parent leaves the rows of the table alone.
    /// </summary>
    string? KeepChildren(TargetTable table, ForeignKey key) => null;

    /// <summary>Returns the statement that lets a foreign key be checked at the end of a transaction.</summary>
    string? MakeDeferrable(TargetTable table, ForeignKey key) => null;
}
