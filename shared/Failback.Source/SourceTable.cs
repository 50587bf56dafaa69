using Failback.Contracts;

namespace Failback.Source;

/// <summary>A table of the source.</summary>
/// <param name="Name">Database, schema and table.</param>
/// <param name="PrimaryKey">Columns of the primary key index in its order, including hidden ones.</param>
public sealed record SourceTable(TableName Name, IReadOnlyList<string> PrimaryKey);
