using Failback.Applier.Oracle.Connection;
using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Applier.Oracle.Advice;

/// <summary>
/// Statements for people who look at a letter or a finding. A schema is a user and seldom called as the schema of the source; names are in
/// lower case there and in upper case here.
/// </summary>
internal sealed class OracleAdvice : ITargetAdvice
{
    public SchemaNaming Schemas => SchemaNaming.Own;

    public TableName SourceName(TableName table) => new(table.Schema.ToLowerInvariant(), table.Table.ToLowerInvariant());

    public string SourceName(TargetColumn column) => column.Name.ToLowerInvariant();

    // A DATE has the seconds of a day.
    public MomentLimits? Moments(TargetColumn column) =>
        column.TypeName == "DATE" ? new MomentLimits(null, null, "second") : ColumnMoments.Of(column);

    public string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key)
    {
        string name = table.Schema.Length == 0 ? Folded(table.Table) : $"{Folded(table.Schema)}.{Folded(table.Table)}";
        IEnumerable<string> lines = columns.Select(
            column => $"{Folded(column.Name)} {OracleCounterpart.Of(column, key.Contains(column.Name, StringComparer.Ordinal))}"
                + (column.Nullable ? "" : " NOT NULL"));
        return $"CREATE TABLE {name} ({string.Join(", ", lines)}, PRIMARY KEY ({Names(key)}));";
    }

    public string AddColumn(TargetTable table, SourceColumn column) =>
        $"ALTER TABLE {OracleName.Quote(table.Name)} ADD ({Folded(column.Name)} {OracleCounterpart.Of(column, false)});";

    public string? SetKey(TargetTable table, IReadOnlyList<string> columns)
    {
        string alter = $"ALTER TABLE {OracleName.Quote(table.Name)} ";
        IEnumerable<string> names = columns.Select(
            column => table.FindColumn(column) is >= 0 and int there ? OracleName.Quote(table.Columns[there].Name) : Folded(column));
        return (table.PrimaryKey.Count == 0 ? "" : $"{alter}DROP PRIMARY KEY; ") + $"{alter}ADD PRIMARY KEY ({string.Join(", ", names)});";
    }

    public string? Fit(TargetTable table, TargetColumn column, SourceColumn source) =>
        OracleFit.Modify(table, column, OracleCounterpart.Of(source, table.PrimaryKey.Contains(column.Ordinal)));

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => OracleFit.Suggest(table, column, value);

    public string? DropNotNull(TargetTable table, TargetColumn column) => OracleFit.DropNotNull(table, column);

    public string? KeepChildren(TargetTable table, ForeignKey key)
    {
        string alter = $"ALTER TABLE {OracleName.Quote(table.Name)} ";
        string columns = string.Join(", ", key.Columns.Select(column => OracleName.Quote(table.Columns[column].Name)));
        return $"{alter}DROP CONSTRAINT {OracleName.Quote(key.Name)}; {alter}ADD CONSTRAINT {OracleName.Quote(key.Name)} FOREIGN KEY "
            + $"({columns}) REFERENCES {OracleName.Quote(key.Parent)} ({string.Join(", ", key.ParentColumns.Select(OracleName.Quote))})"
            + $"{(key.IsDeferrable ? " DEFERRABLE" : "")};";
    }

    private static string Folded(string name) => OracleName.Quote(name.ToUpperInvariant());

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(Folded));
}
