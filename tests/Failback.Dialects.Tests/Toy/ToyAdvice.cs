using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Statements for people. A column needs no type, so that any kind of value fits; a constraint cannot be altered.</summary>
internal sealed class ToyAdvice : ITargetAdvice
{
    // https://www.sqlite.org/lang_altertable.html#alter_table_add_column
    public string AddColumn(TargetTable table, string column, FeedKind kind) =>
        $"ALTER TABLE {ToySql.Quote(table.Name.Table)} ADD COLUMN {ToySql.Quote(column)};";
}
