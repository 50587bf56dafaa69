using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>BFILE, ROWID, object types and whatever else a changefeed has no values for: anything but NULL is refused.</summary>
internal sealed class UnsupportedColumn(string name, OracleType type) : OracleColumn(name, type)
{
    public override object Convert(RawValue value) => throw new ValueException($"type {Type.Name} cannot be written");
}
