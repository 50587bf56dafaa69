namespace Failback.Apply.Tables;

/// <summary>A column of a target table as the catalogue describes it.</summary>
public sealed record TargetColumn
{
    /// <summary>Name in the catalogue's own case.</summary>
    public required string Name { get; init; }

    /// <summary>Place in <see cref="TargetTable.Columns"/>.</summary>
    public required int Ordinal { get; init; }

    /// <summary>Base type name without length, as the dialect spells it.</summary>
    public required string TypeName { get; init; }

    /// <summary>Length, precision or bit count; null where the type has none.</summary>
    public int? Size { get; init; }

    /// <summary>Decimal scale or fractional-second digits; null where the type has none.</summary>
    public int? Scale { get; init; }

    /// <summary>The whole type as a column definition of the dialect has it; empty where it is not told.</summary>
    public string Declaration { get; init; } = "";

    /// <summary>Most bytes of a text or binary value; null: no limit of its own.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>A whole number that cannot be negative.</summary>
    public bool IsUnsigned { get; init; }

    /// <summary>Character set of a text column where columns have their own; null: that of the database.</summary>
    public string? CharacterSet { get; init; }

    public bool IsNullable { get; init; } = true;

    /// <summary>A row may be inserted without it.</summary>
    public bool HasDefault { get; init; }

    /// <summary>Computed by the target: never written.</summary>
    public bool IsGenerated { get; init; }

    /// <summary>The target refuses to update it (<c>GENERATED ALWAYS AS IDENTITY</c>); it is written on insert only.</summary>
    public bool IsInsertOnly { get; init; }

    /// <summary>
    /// A check, a domain, a partition or a foreign key of another table is tied to it: not every value of its type may stand in it for a
    /// moment.
    /// </summary>
    public bool IsBound { get; init; }

    /// <summary>Texts that differ may be equal in it: by case, accents or trailing blanks.</summary>
    public bool Folds { get; init; }

    /// <summary>Turns raw JSON into what the driver takes; belongs to the dialect that read the catalogue.</summary>
    public required object Converter { get; init; }
}
