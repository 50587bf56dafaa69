using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>BOOLEAN, which Oracle has from 23ai on: from BOOL, from 1 and 0, and from the words that the server itself reads.</summary>
internal sealed class BooleanColumn(string name, OracleType type) : OracleColumn(name, type)
{
    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/to_boolean.html
    public override string Expression(string parameter) => $"TO_BOOLEAN({parameter})";

    public override object Convert(RawValue value) => value.Text().ToUpperInvariant() switch
    {
        "TRUE" or "T" or "YES" or "Y" or "ON" or "1" => "TRUE",
        "FALSE" or "F" or "NO" or "N" or "OFF" or "0" => "FALSE",
        _ => throw new ValueException("not a boolean"),
    };
}
