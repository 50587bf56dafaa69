namespace Failback.Applier.Oracle.Values;

/// <summary>Chooses the converter of a column; the only place that knows which type family is which.</summary>
internal static class OracleValues
{
    public static OracleColumn For(string column, OracleType type) => type.Name switch
    {
        "NUMBER" or "FLOAT" => new NumberColumn(column, type),
        "BINARY_FLOAT" or "BINARY_DOUBLE" => new BinaryFloatColumn(column, type),
        "CHAR" or "NCHAR" or "VARCHAR2" or "NVARCHAR2" or "CLOB" or "NCLOB" or "LONG" => new TextColumn(column, type),
        "RAW" or "BLOB" or "LONG RAW" => new BytesColumn(column, type),
        "BOOLEAN" => new BooleanColumn(column, type),
        "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "TIMESTAMP WITH LOCAL TIME ZONE" => new DateColumn(column, type),
        "INTERVAL YEAR TO MONTH" or "INTERVAL DAY TO SECOND" => new IntervalColumn(column, type),
        "JSON" => new JsonColumn(column, type),
        "XMLTYPE" or "SDO_GEOMETRY" or "VECTOR" => new DocumentColumn(column, type),
        _ => new UnsupportedColumn(column, type),
    };
}
