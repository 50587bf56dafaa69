using Failback.Contracts;

namespace Failback.Control.Changefeeds;

/// <summary>A table of the source.</summary>
/// <param name="Name">Database, schema and table.</param>
/// <param name="PrimaryKey">Columns of the primary key index in its order, hidden ones included.</param>
internal sealed record SourceTable(TableName Name, IReadOnlyList<string> PrimaryKey);
