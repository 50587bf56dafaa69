namespace Failback.Contracts.Control;

/// <summary>What the definition says about one column of a table; columns without a rule go by name, regardless of case.</summary>
public sealed record ColumnRule
{
    /// <summary>Column of the feed, or, for a constant, of the target.</summary>
    public required string Column { get; init; }

    /// <summary>Column of the target; null: of the same name.</summary>
    public string? Rename { get; init; }

    /// <summary>The column is left out: the target keeps what it has, an insert takes the default.</summary>
    public bool Ignore { get; init; }

    /// <summary>JSON of the value that every row gets instead of the feed's; null: none.</summary>
    public string? Constant { get; init; }

    /// <summary>Another form of the value; null: as it arrives.</summary>
    public ColumnConversion? Convert { get; init; }

    /// <summary>Texts that stand for true and false; null: the column type's own.</summary>
    public BooleanWords? Words { get; init; }

    /// <summary>Order of the 16 bytes that a UUID is stored as; null: the column type's own.</summary>
    public UuidByteOrder? UuidBytes { get; init; }

    /// <summary>Name that the target is searched for.</summary>
    public string Target => Rename ?? Column;
}

/// <summary>Texts of a boolean, such as Y and N.</summary>
public sealed record BooleanWords(string True, string False);
