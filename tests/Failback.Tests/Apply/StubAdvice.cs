using Failback.Apply.Dialects;
using Failback.Apply.Tables;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Tests.Apply;

/// <summary>Statements for people, told apart by their column.</summary>
internal sealed class StubAdvice : ITargetAdvice
{
    public string CreateTable(TableName table, IReadOnlyList<SourceColumn> columns, IReadOnlyList<string> key) => $"CREATE {table}";

    public string AddColumn(TargetTable table, SourceColumn column) => $"ADD {column.Name}";
}
