using Failback.Contracts.Control;

namespace Failback.Applier.Oracle.Advice;

/// <summary>The type that holds everything that a column of the source can, as far as the server has one.</summary>
internal static class OracleCounterpart
{
    private const int MostDigits = 38;

    /// <param name="column">Column of the source.</param>
    /// <param name="indexed">It is part of a key, for which some types are too large.</param>
    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/Data-Types.html
    public static string Of(SourceColumn column, bool indexed) => column.Type switch
    {
        "bigint" => "NUMBER(19)",
        "integer" => "NUMBER(10)",
        "smallint" => "NUMBER(5)",
        "boolean" => "NUMBER(1)",
        "numeric" => column.Precision is { } precision ? $"NUMBER({Math.Min(precision, MostDigits)},{column.Scale ?? 0})" : "NUMBER",
        "double precision" => "BINARY_DOUBLE",
        "real" => "BINARY_FLOAT",
        "bytea" => indexed ? "RAW(255)" : "BLOB",
        "date" => "DATE",
        "timestamp without time zone" => "TIMESTAMP(6)",
        "timestamp with time zone" => "TIMESTAMP(6) WITH TIME ZONE",
        "interval" => "INTERVAL DAY(9) TO SECOND(6)",
        "uuid" => "VARCHAR2(36)",
        "character varying" or "character" when column.Length is > 0 and <= 1000 => $"VARCHAR2({column.Length} CHAR)",
        _ => indexed ? "VARCHAR2(255 CHAR)" : "CLOB",
    };
}
