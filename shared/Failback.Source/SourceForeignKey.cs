using Failback.Contracts;

namespace Failback.Source;

/// <summary>A foreign key of the source.</summary>
/// <param name="Child">Schema and name of the table that has it.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Parent">Schema and name of the referenced table.</param>
public sealed record SourceForeignKey(TableName Child, IReadOnlyList<string> Columns, TableName Parent);
