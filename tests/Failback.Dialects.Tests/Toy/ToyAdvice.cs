using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Statements for people. A column needs no type, so that any kind of value fits; a column or a key cannot be altered.</summary>
internal sealed class ToyAdvice : ITargetAdvice
{
    public SchemaNaming Schemas => SchemaNaming.None;

    public TableName SourceName(TableName table) => new("", table.Table);

    public string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key) =>
        $"CREATE TABLE {ToySql.Quote(table.Table)} ({Names(columns.Select(column => column.Name))}, PRIMARY KEY ({Names(key)}));";

    // https://www.sqlite.org/lang_altertable.html#alter_table_add_column
    public string AddColumn(TargetTable table, SourceColumn column) =>
        $"ALTER TABLE {ToySql.Quote(table.Name.Table)} ADD COLUMN {ToySql.Quote(column.Name)};";

    private static string Names(IEnumerable<string> columns) => string.Join(", ", columns.Select(ToySql.Quote));
}
