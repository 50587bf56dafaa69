namespace Failback.Applier.Postgres.Values;

/// <summary>Chooses the converter of a column; the only place that knows which type family is which.</summary>
internal static class PostgresValues
{
    public static PostgresColumn For(PostgresType type) => type switch
    {
        { Element: not null } => new ArrayColumn(type, For(type.Element).ToText),
        { Kind: not 'b' } => new TextColumn(type),
        { Name: "bool" } => new BooleanColumn(type),
        { Name: "int2" or "int4" or "int8" } => new IntegerColumn(type),
        { Name: "float4" or "float8" } => new FloatColumn(type),
        { Name: "numeric" or "money" } => new NumericColumn(type),
        { Name: "uuid" } => new UuidColumn(type),
        { Name: "bytea" } => new ByteaColumn(type),
        { Name: "json" or "jsonb" } => new JsonColumn(type),
        { Name: "date" or "time" or "timetz" or "timestamp" or "timestamptz" or "interval" } => new TimeColumn(type),
        _ => new TextColumn(type),
    };
}
