using Failback.Apply.Columns;
using Failback.Apply.Dialects;
using Failback.Apply.Tables;

namespace Failback.Tests.Apply;

/// <summary>Statements for people, told apart by their column.</summary>
internal sealed class StubAdvice : ITargetAdvice
{
    public string AddColumn(TargetTable table, string column, FeedKind kind) => $"ADD {column}";
}
