namespace Failback.Applier.MySql.Values;

/// <summary>A column's type and what else decides how its values go in.</summary>
internal sealed record MySqlType
{
    /// <summary>
    /// information_schema's DATA_TYPE: <c>int</c>, <c>varchar</c>, <c>longtext</c>, …; <c>json</c> for MariaDB's checked text too.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>As it is declared: <c>decimal(10,2) unsigned</c>, <c>enum('a','b')</c>.</summary>
    public required string Declared { get; init; }

    public bool IsUnsigned { get; init; }

    /// <summary>Characters, bytes of a binary type, bits, or digits of a decimal.</summary>
    public long? Size { get; init; }

    /// <summary>Bytes that the column can hold, of text types.</summary>
    public long? Bytes { get; init; }

    /// <summary>Digits after the point, of a number or of a second; null: no limit of its own.</summary>
    public int? Scale { get; init; }

    public string? CharacterSet { get; init; }

    public string? Collation { get; init; }

    /// <summary>Labels of ENUM and SET.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    public bool IsNullable { get; init; }

    /// <summary>An INSERT may leave the column out.</summary>
    public bool HasDefault { get; init; }

    /// <summary><c>ON UPDATE CURRENT_TIMESTAMP</c>: has to be set to itself by every UPDATE that does not carry it.</summary>
    public bool ChangesOnUpdate { get; init; }

    /// <summary>Spatial reference system of the column; null: none.</summary>
    public long? Srid { get; init; }

    public bool IsMariaDb { get; init; }

    public bool IsText => Name is "char" or "varchar" or "tinytext" or "text" or "mediumtext" or "longtext";

    public bool IsUtf8 => CharacterSet is { } set && set.StartsWith("utf8", StringComparison.Ordinal);

    /// <summary>
    /// Two texts that differ may be equal in its comparisons: by case, accent or trailing spaces. Only binary collations without
    /// padding tell every text apart.
    /// </summary>
    public bool Folds =>
        IsText && !(Collation is "binary" or "utf8mb4_0900_bin" || Collation?.EndsWith("_nopad_bin", StringComparison.Ordinal) == true);
}
