using System.Text;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// XMLTYPE from text, SDO_GEOMETRY from GeoJSON (in Oracle's SRID of GeoJSON, the feed has none), VECTOR from <c>[1,2,3]</c>.
/// </summary>
internal sealed class DocumentColumn(string name, OracleType type) : OracleColumn(name, type)
{
    public override OracleBind Kind => OracleBind.Clob;

    public override bool IsLong => true;

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/spatl/sdo_util-from_geojson.html; constructors refuse NULL
    public override string Expression(string parameter) => Type.Name switch
    {
        "XMLTYPE" => $"CASE WHEN {parameter} IS NULL THEN NULL ELSE XMLTYPE({parameter}) END",
        "SDO_GEOMETRY" => $"CASE WHEN {parameter} IS NULL THEN NULL ELSE SDO_UTIL.FROM_GEOJSON({parameter}) END",
        _ => $"TO_VECTOR({parameter})",
    };

    public override object Convert(RawValue value)
    {
        if (Type.Name == "SDO_GEOMETRY")
            return value.IsString ? throw new ValueException("not GeoJSON") : Encoding.UTF8.GetString(value.Json.Span);
        string text = value.Text();
        return Type.CharacterSet.Measure(text) is null
            ? throw new ValueException("holds a character that the database's character set lacks")
            : text;
    }
}
