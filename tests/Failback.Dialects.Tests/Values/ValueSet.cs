namespace Failback.Dialects.Tests.Values;

/// <summary>Values of one CockroachDB type going into one column type.</summary>
/// <param name="Source">CockroachDB type.</param>
/// <param name="Column">Type of the target column, as in CREATE TABLE.</param>
/// <param name="Cases">Values.</param>
public sealed record ValueSet(string Source, string Column, params ValueCase[] Cases)
{
    /// <summary>How the column is read back; {0} is the column.</summary>
    public string Show { get; init; } = "";

    /// <summary>Statements that make the type first, each ended by a semicolon and a line break.</summary>
    public string Before { get; init; } = "";

    /// <summary>Server it applies to; empty: all of the dialect.</summary>
    public string Server { get; init; } = "";

    /// <summary>Rule in words, for the page of types.</summary>
    public string Rule { get; init; } = "";

    public string Name => $"{Source} into {Column}{(Server.Length > 0 ? $" ({Server})" : "")}";
}
