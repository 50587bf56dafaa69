using Failback.Contracts.Control;

namespace Failback.Applier.MySql.Advice;

/// <summary>The type that holds everything that a column of the source can, as far as the server has one.</summary>
internal static class MySqlCounterpart
{
    /// <param name="column">Column of the source.</param>
    /// <param name="indexed">It is part of a key, for which some types are too large.</param>
    // https://www.cockroachlabs.com/docs/stable/data-types, https://dev.mysql.com/doc/refman/8.4/en/data-types.html
    public static string Of(SourceColumn column, bool indexed) => column.Type switch
    {
        "bigint" => "bigint",
        "integer" => "int",
        "smallint" => "smallint",
        "boolean" => "boolean",
        "numeric" => $"decimal({column.Precision ?? 65},{(column.Precision is null ? 30 : column.Scale ?? 0)})",
        "double precision" => "double",
        "real" => "float",
        "bytea" => indexed ? "varbinary(255)" : "longblob",
        "date" => "date",
        "timestamp without time zone" or "timestamp with time zone" => "datetime(6)",
        "time without time zone" or "time with time zone" or "interval" => "time(6)",
        "jsonb" or "array" => "json",
        "uuid" => "char(36)",
        "character varying" or "character" when column.Length is > 0 and <= 16000 => $"varchar({column.Length})",
        _ => indexed ? "varchar(255)" : "longtext",
    };
}
