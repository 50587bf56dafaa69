namespace Failback.Contracts.Control;

/// <summary>A column of the source.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">information_schema's data_type in lower case, such as <c>bigint</c> or <c>timestamp with time zone</c>.</param>
/// <param name="Nullable">True when the column accepts NULL.</param>
/// <param name="Length">Most characters; null when unlimited.</param>
/// <param name="Precision">Digits of a decimal; null when unlimited.</param>
/// <param name="Scale">Digits after the decimal point.</param>
public sealed record SourceColumn(string Name, string Type, bool Nullable, int? Length, int? Precision, int? Scale);
