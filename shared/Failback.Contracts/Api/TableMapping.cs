namespace Failback.Contracts.Api;

/// <summary>One table by name.</summary>
public sealed record TableMapping
{
    /// <summary>Name at the source.</summary>
    public required string Source { get; init; }

    /// <summary>Name in the target; absent: as at the source.</summary>
    public string? Target { get; init; }

    /// <summary>Columns of the source's primary key in index order, where they differ from the target's.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Rules for single columns by their name at the source; of a constant, by the name in the target.</summary>
    public IReadOnlyDictionary<string, ColumnMapping> Columns { get; init; } = new Dictionary<string, ColumnMapping>(
        StringComparer.Ordinal);
}
