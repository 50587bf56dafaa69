namespace Failback.Applier.MySql.Values;

/// <summary>Chooses the converter of a column; the only place that knows which type family is which.</summary>
internal static class MySqlValues
{
    public static MySqlColumn For(string column, MySqlType type) => type.Name switch
    {
        "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "year" => new IntegerColumn(column, type),
        "decimal" => new DecimalColumn(column, type),
        "float" or "double" => new FloatColumn(column, type),
        "bit" => new BitColumn(column, type),
        "date" or "datetime" or "timestamp" => new DateTimeColumn(column, type),
        "time" => new TimeColumn(column, type),
        "binary" or "varbinary" or "tinyblob" or "blob" or "mediumblob" or "longblob" => new BinaryColumn(column, type),
        "json" => new JsonColumn(column, type),
        "enum" or "set" => new LabelColumn(column, type),
        "geometry" or "point" or "linestring" or "polygon" or "multipoint" or "multilinestring" or "multipolygon" or "geomcollection"
            or "geometrycollection" => new SpatialColumn(column, type),
        "vector" => new VectorColumn(column, type),
        _ => new TextColumn(column, type),
    };
}
