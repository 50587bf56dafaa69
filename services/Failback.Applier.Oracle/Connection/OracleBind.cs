namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// How a value travels: the few of the driver's types that are needed. Everything else is text that the statement turns into its type.
/// </summary>
internal enum OracleBind
{
    /// <summary>Text in the database's character set.</summary>
    Text,

    /// <summary>Text in the national character set, for NCHAR and NVARCHAR2.</summary>
    NationalText,

    /// <summary>Text of any length, as a temporary LOB.</summary>
    Clob,

    /// <summary>National text of any length, as a temporary LOB.</summary>
    NationalClob,

    /// <summary>Text for a LONG column.</summary>
    Long,

    /// <summary>Bytes.</summary>
    Raw,

    /// <summary>Bytes of any length, as a temporary LOB.</summary>
    Blob,

    /// <summary>Bytes for a LONG RAW column.</summary>
    LongRaw,

    /// <summary>A whole number of ours; values of rows travel as text.</summary>
    Number,
}
