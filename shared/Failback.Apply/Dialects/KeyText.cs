using System.Globalization;

namespace Failback.Apply.Dialects;

/// <summary>A primary key of the target as texts of its columns, in the form that the dialect gives: equal for the same row only.</summary>
public readonly struct KeyText : IEquatable<KeyText>
{
    private readonly string _joined;

    private KeyText(IReadOnlyList<string> columns)
    {
        Columns = columns;

        // A length before each: no two keys share a text.
        _joined = columns.Count == 1
            ? columns[0]
            : string.Concat(columns.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Length}:{c}")));
    }

    /// <summary>A text per column, in the order of the primary key.</summary>
    public IReadOnlyList<string> Columns { get; }

    public static KeyText Of(IReadOnlyList<string> columns) => new(columns);

    public bool Equals(KeyText other) => string.Equals(_joined, other._joined, StringComparison.Ordinal);

    public override bool Equals(object? obj) => obj is KeyText other && Equals(other);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_joined);

    public static bool operator ==(KeyText left, KeyText right) => left.Equals(right);

    public static bool operator !=(KeyText left, KeyText right) => !left.Equals(right);
}
