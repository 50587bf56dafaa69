using System.Globalization;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// real and double precision; NaN and infinities are values. A number that double precision would round is refused. real takes the nearest
/// number: CockroachDB keeps FLOAT4 columns in 64 bits and sends digits that neither side's declared type promises to keep. Nothing but
/// zero
/// becomes zero, nothing but infinity infinite.
/// </summary>
internal sealed class FloatColumn(PostgresType type) : StructColumn<double>(type, NpgsqlDbType.Double)
{
    private const int AlwaysExactDigits = 15;
    private readonly bool _single = type.Name == "float4";

    public override string Expression(string element) => _single ? base.Expression(element) : element;

    public override void AddElement(RawValue value, CopyBuffer fields)
    {
        ReadOnlySpan<byte> json = value.Json.Span;
        if (!_single && json.Length <= AlwaysExactDigits && json[0] != (byte)'"' && json.IndexOfAny((byte)'e', (byte)'E') < 0
            && double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            fields.Add(number);
        else base.AddElement(value, fields);
    }

    protected override double Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "NaN") return double.NaN;
        if (text is "Infinity" or "-Infinity") return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new ValueException($"out of range of {Type.Name}");
        if (!_single)
        {
            bool exact = (text.Length <= AlwaysExactDigits && text.AsSpan().IndexOfAny('e', 'E') < 0)
                || Same(number.ToString("R", CultureInfo.InvariantCulture), text);
            return exact ? number : throw new ValueException("has more digits than double precision keeps");
        }

        float narrow = (float)number;
        if (float.IsInfinity(narrow) || (narrow == 0 && !Same("0", text))) throw new ValueException("out of range of real");
        return narrow;
    }

    private static bool Same(string left, string right) => NumberText.Canonical(left) == NumberText.Canonical(right);
}
