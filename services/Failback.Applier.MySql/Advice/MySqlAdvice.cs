using Failback.Applier.MySql.Connection;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Applier.MySql.Advice;

/// <summary>
/// Statements for people who look at a letter or a finding. Tables of a database stand in the schema of the session at the source, so that
/// schemas have no counterpart.
/// </summary>
internal sealed class MySqlAdvice : ITargetAdvice
{
    public SchemaNaming Schemas => SchemaNaming.None;

    public TableName SourceName(TableName table) => new("", table.Table);

    // https://dev.mysql.com/doc/refman/8.4/en/datetime.html; MySQL ends in 2038, later releases of MariaDB in 2106: only what neither takes
    // is reported.
    public MomentLimits? Moments(TargetColumn column) => column.TypeName switch
    {
        "date" or "datetime" => ColumnMoments.Of(column, "0001-01-01", "9999-12-31 23:59:59.999999"),
        "timestamp" => ColumnMoments.Of(column, "1970-01-01 00:00:01", "2106-02-07 06:28:15"),
        _ => ColumnMoments.Of(column),
    };

    // Without a database before its name: it is made in the one that the target's URL names, the only one that is looked at.
    public string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key)
    {
        IEnumerable<string> lines = columns.Select(
            column => $"{MySqlName.Quote(column.Name)} {MySqlCounterpart.Of(column, key.Contains(column.Name, StringComparer.Ordinal))}"
                + (column.Nullable ? "" : " NOT NULL"));
        return $"CREATE TABLE {MySqlName.Quote(table.Table)} ({string.Join(", ", lines)}, PRIMARY KEY ({Names(key)}));";
    }

    public string AddColumn(TargetTable table, SourceColumn column) =>
        $"ALTER TABLE {MySqlName.Quote(table.Name)} ADD COLUMN {MySqlName.Quote(column.Name)} {MySqlCounterpart.Of(column, false)};";

    public string? SetKey(TargetTable table, IReadOnlyList<string> columns) =>
        $"ALTER TABLE {MySqlName.Quote(table.Name)} {(table.PrimaryKey.Count == 0 ? "" : "DROP PRIMARY KEY, ")}ADD PRIMARY KEY "
            + $"({Names(columns)});";

    public string? Fit(TargetTable table, TargetColumn column, SourceColumn source) => MySqlFit.Modify(
        table, column, MySqlCounterpart.Of(source, table.PrimaryKey.Contains(column.Ordinal)), column.IsNullable);

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => MySqlFit.Suggest(table, column, value);

    public string? DropNotNull(TargetTable table, TargetColumn column) => MySqlFit.DropNotNull(table, column);

    // In two statements: the server refuses the name of a key that the same statement drops.
    public string? KeepChildren(TargetTable table, ForeignKey key)
    {
        string alter = $"ALTER TABLE {MySqlName.Quote(table.Name)} ";
        return $"{alter}DROP FOREIGN KEY {MySqlName.Quote(key.Name)}; {alter}ADD CONSTRAINT {MySqlName.Quote(key.Name)} FOREIGN KEY "
            + $"({Names(key.Columns.Select(column => table.Columns[column].Name))}) REFERENCES {MySqlName.Quote(key.Parent)} "
            + $"({Names(key.ParentColumns)});";
    }

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(MySqlName.Quote));
}
