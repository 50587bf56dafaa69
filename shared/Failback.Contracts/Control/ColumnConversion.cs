namespace Failback.Contracts.Control;

/// <summary>Forms that a value can be given on its way into the target.</summary>
public enum ColumnConversion
{
    /// <summary>JSONB into a text column: the JSON text itself, the quotes of a JSON string included.</summary>
    JsonText,

    /// <summary>A STRING that holds JSON into a JSON column: the document instead of a JSON string.</summary>
    ParseJson,

    /// <summary>BYTES into a text column as base64.</summary>
    Base64,

    /// <summary>BYTES into a text column as hexadecimal digits without <c>\x</c>.</summary>
    Hex,

    /// <summary>A STRING into a column of bytes: its UTF-8.</summary>
    Utf8,

    /// <summary>Digits that the column has no room for are cut off, after the point of a number or of a second.</summary>
    Truncate,

    /// <summary>The nearest 64-bit floating-point number: DECIMAL into a double column.</summary>
    NearestDouble,

    /// <summary>The nearest 32-bit floating-point number.</summary>
    NearestFloat,

    /// <summary>Only numbers that 32 bits of floating point keep; others are refused.</summary>
    ExactFloat,
}
