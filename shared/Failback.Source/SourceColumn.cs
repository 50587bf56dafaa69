namespace Failback.Source;

/// <summary>A column of the source.</summary>
/// <param name="Name">Name.</param>
/// <param name="Type">information_schema's data_type in lower case, such as <c>bigint</c> or <c>timestamp with time zone</c>.</param>
/// <param name="Nullable">Takes NULL.</param>
/// <param name="Length">Characters, where limited.</param>
/// <param name="Precision">Digits of a decimal, where limited.</param>
/// <param name="Scale">Digits after its point.</param>
public sealed record SourceColumn(string Name, string Type, bool Nullable, int? Length, int? Precision, int? Scale);
