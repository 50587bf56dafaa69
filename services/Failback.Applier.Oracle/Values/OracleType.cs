namespace Failback.Applier.Oracle.Values;

/// <summary>A column's type and what else decides how its values go in.</summary>
internal sealed record OracleType
{
    /// <summary>
    /// The catalogue's DATA_TYPE without digits: <c>NUMBER</c>, <c>VARCHAR2</c>, <c>TIMESTAMP WITH TIME ZONE</c>, <c>INTERVAL DAY TO
    /// SECOND</c>, …
    /// </summary>
    public required string Name { get; init; }

    /// <summary>Characters of a text type, 0 where it has no such limit.</summary>
    public int Characters { get; init; }

    /// <summary>Bytes of a text or binary type.</summary>
    public int Bytes { get; init; }

    /// <summary>The length counts bytes rather than characters.</summary>
    public bool CountsBytes { get; init; }

    /// <summary>Digits of a number (binary digits of FLOAT), or of an interval's first field; null: no limit of its own.</summary>
    public int? Precision { get; init; }

    /// <summary>Digits after the point, of a number or of a second.</summary>
    public int? Scale { get; init; }

    public bool IsNullable { get; init; } = true;

    /// <summary>What the database's character set can hold.</summary>
    public OracleCharacterSet CharacterSet { get; init; } = OracleCharacterSet.Unicode;

    /// <summary>NCHAR, NVARCHAR2 and NCLOB: another character set than the rest of the database.</summary>
    public bool IsNational => Name is "NCHAR" or "NVARCHAR2" or "NCLOB";
}
