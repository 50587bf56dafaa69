using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// BINARY_FLOAT and BINARY_DOUBLE, NaN and infinities included. A number that double would round is refused; BINARY_FLOAT takes the nearest
/// number: CockroachDB keeps FLOAT4 columns in 64 bits and sends digits that neither side's declared type promises to keep.
/// </summary>
internal sealed class BinaryFloatColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int AlwaysExactDigits = 15;

    // https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf/TO_BINARY_DOUBLE.html: INF, -INF and NaN are read too
    public override string Expression(string parameter) => $"TO_{Type.Name}({parameter})";

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "NaN") return "NaN";
        if (text is "Infinity" or "-Infinity") return text.Replace("Infinity", "INF", StringComparison.Ordinal);
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new ValueException($"out of range of {Type.Name}");
        string exact = number.ToString("R", CultureInfo.InvariantCulture);
        if (Type.Name == "BINARY_DOUBLE")
        {
            bool kept = (text.Length <= AlwaysExactDigits && text.AsSpan().IndexOfAny('e', 'E') < 0)
                || NumberText.Canonical(exact) == NumberText.Canonical(text);
            return kept ? exact : throw new ValueException("has more digits than BINARY_DOUBLE keeps");
        }

        // All digits of the float: what is shortest for it may lie beside it, and beyond the range at its end.
        float narrow = (float)number;
        return float.IsInfinity(narrow) || (narrow == 0 && NumberText.Canonical(text) != "0")
            ? throw new ValueException("out of range of BINARY_FLOAT")
            : ((double)narrow).ToString("R", CultureInfo.InvariantCulture);
    }
}
