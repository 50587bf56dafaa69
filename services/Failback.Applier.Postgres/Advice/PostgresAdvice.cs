using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Applier.Postgres.Advice;

/// <summary>Statements for people who look at a letter or a finding.</summary>
internal sealed class PostgresAdvice : ITargetAdvice
{
    public string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key)
    {
        string name = table.Schema.Length == 0 ? PostgresName.Quote(table.Table) : PostgresName.Quote(table);
        IEnumerable<string> lines = columns.Select(
            column => $"{PostgresName.Quote(column.Name)} {PostgresCounterpart.Of(column)}{(column.Nullable ? "" : " NOT NULL")}");
        return $"CREATE TABLE {name} ({string.Join(", ", lines)}, PRIMARY KEY ({Names(key)}));";
    }

    public string AddColumn(TargetTable table, SourceColumn column) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ADD COLUMN {PostgresName.Quote(column.Name)} {PostgresCounterpart.Of(column)};";

    // The constraint is called as somebody chose to call it, so that the statement looks it up.
    public string? SetKey(TargetTable table, IReadOnlyList<string> columns)
    {
        string name = PostgresName.Quote(table.Name);
        if (table.PrimaryKey.Count == 0) return $"ALTER TABLE {name} ADD PRIMARY KEY ({Names(columns)});";
        return $"DO $$ BEGIN EXECUTE (SELECT format('ALTER TABLE %s DROP CONSTRAINT %I, ADD PRIMARY KEY ({Literal(Names(columns))})', "
            + $"conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'p' AND conrelid = '{Literal(name)}'::regclass); END $$;";
    }

    public string? Fit(TargetTable table, TargetColumn column, SourceColumn source) =>
        PostgresFit.Retype(table, column, PostgresCounterpart.Of(source));

    public string? Fit(TargetTable table, TargetColumn column, RawValue value) => PostgresFit.Suggest(table, column, value);

    public string? DropNotNull(TargetTable table, TargetColumn column) => PostgresFit.DropNotNull(table, column);

    public string? MakeDeferrable(TargetTable table, ForeignKey key) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} ALTER CONSTRAINT {PostgresName.Quote(key.Name)} DEFERRABLE;";

    public string? KeepChildren(TargetTable table, ForeignKey key) =>
        $"ALTER TABLE {PostgresName.Quote(table.Name)} DROP CONSTRAINT {PostgresName.Quote(key.Name)}, ADD CONSTRAINT "
            + $"{PostgresName.Quote(key.Name)} FOREIGN KEY ({Names(key.Columns.Select(column => table.Columns[column].Name))}) REFERENCES "
            + $"{PostgresName.Quote(key.Parent)} ({Names(key.ParentColumns)}){(key.IsDeferrable ? " DEFERRABLE" : "")};";

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(PostgresName.Quote));

    // Also for format(), which reads a per cent sign.
    private static string Literal(string text) =>
        text.Replace("'", "''", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);
}
