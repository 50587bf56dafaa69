using Failback.Contracts;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>A column that a sequence feeds: it owns the sequence, is an identity, or names it in its default.</summary>
/// <param name="Table">Table of the column.</param>
/// <param name="Column">Name of the column.</param>
/// <param name="IsNumber">Its values are numbers, so that they can be compared with those of the sequence.</param>
internal sealed record PostgresFedColumn(TableName Table, string Column, bool IsNumber);
