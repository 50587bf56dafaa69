using System.Globalization;
using System.Text;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// Spatial types from GeoJSON, which carries no SRID: the column's own is set, 0 where it has none. The third dimension is refused.
/// https://dev.mysql.com/doc/refman/8.4/en/spatial-geojson-functions.html
/// </summary>
internal sealed class SpatialColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    public override string Expression => Type.IsMariaDb
        ? "ST_GeomFromWKB(ST_AsWKB(ST_GeomFromGeoJSON(?, 1)), 0)"
        : string.Create(CultureInfo.InvariantCulture, $"ST_GeomFromGeoJSON(?, 1, {Type.Srid ?? 0})");

    public override string Holds => $"ST_AsBinary({Name}) <=> ST_AsBinary({Expression})";

    public override object Convert(RawValue value) =>
        value.IsString ? throw new ValueException("not GeoJSON") : Encoding.UTF8.GetString(value.Json.Span);
}
