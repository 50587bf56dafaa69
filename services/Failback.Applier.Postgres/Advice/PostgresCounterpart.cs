using Failback.Contracts.Control;

namespace Failback.Applier.Postgres.Advice;

/// <summary>The type that holds everything that a column of the source can.</summary>
internal static class PostgresCounterpart
{
    // https://www.cockroachlabs.com/docs/stable/data-types, https://www.postgresql.org/docs/current/datatype.html
    public static string Of(SourceColumn column) => column.Type switch
    {
        "numeric" when column.Precision is { } precision => $"numeric({precision},{column.Scale ?? 0})",
        "character varying" or "character" when column.Length is { } length => $"varchar({length})",
        "bit" or "bit varying" => "varbit",
        "timestamp without time zone" => "timestamp",
        "timestamp with time zone" => "timestamptz",
        "bigint" or "integer" or "smallint" or "boolean" or "numeric" or "double precision" or "real" or "bytea" or "date" or "interval"
            or "jsonb" or "uuid" or "inet"
            or "time without time zone" or "time with time zone" => column.Type,
        "array" => "jsonb",
        _ => "text",
    };
}
