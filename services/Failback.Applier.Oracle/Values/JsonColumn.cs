using System.Text;
using System.Text.Json;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// JSON of 21c and later, which keeps numbers as NUMBER: one that would be rounded is refused. JSON null and SQL NULL look alike in a
/// changefeed and both become NULL.
/// </summary>
internal sealed class JsonColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int LongestPrecision = 38;
    private const int LargestExponent = 125;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };

    public override OracleBind Kind => OracleBind.Clob;

    public override bool IsLong => true;

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/json-type-constructor.html
    public override string Expression(string parameter) => $"CASE WHEN {parameter} IS NULL THEN NULL ELSE JSON({parameter}) END";

    public override object Convert(RawValue value)
    {
        var reader = new Utf8JsonReader(value.Json.Span, Options);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number && !IsKept(Encoding.ASCII.GetString(reader.ValueSpan)))
                throw new ValueException("holds a number with more digits than Oracle's JSON keeps");
        }

        return Encoding.UTF8.GetString(value.Json.Span);
    }

    private static bool IsKept(string number) =>
        (number.Length <= LongestPrecision && !number.AsSpan().ContainsAny('e', 'E'))
        || (NumberText.IntegerDigits(number) <= LargestExponent && NumberText.FractionDigits(number) <= LargestExponent
            && NumberText.Canonical(number).AsSpan().TrimStart('-').ToString().Replace(".", "", StringComparison.Ordinal)
            .Trim('0').Length <= LongestPrecision);
}
