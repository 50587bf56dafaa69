using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// float and double. There is no NaN and no infinity here. A number that double would round is refused; float takes the nearest
/// number: CockroachDB keeps FLOAT4 columns in 64 bits and sends digits that neither side's declared type promises to keep.
/// </summary>
internal sealed class FloatColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const int AlwaysExactDigits = 15;

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "NaN" or "Infinity" or "-Infinity") throw new ValueException($"{Type.Name} has no NaN or infinity");
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            throw new ValueException("not a number");
        if (!double.IsFinite(number)) throw new ValueException($"out of range of {Type.Name}");
        if (Type.IsUnsigned && number < 0) throw new ValueException("negative in an unsigned column");
        if (Type.Scale is { } scale && NumberText.FractionDigits(text) > scale)
            throw new ValueException($"has more than {scale} digits after the point");
        string exact = number.ToString("R", CultureInfo.InvariantCulture);
        if (Type.Name == "double")
        {
            bool kept = text.Length <= AlwaysExactDigits || NumberText.Canonical(exact) == NumberText.Canonical(text);
            return kept ? exact : throw new ValueException("has more digits than double keeps");
        }

        float narrow = (float)number;
        return float.IsInfinity(narrow)
            ? throw new ValueException("out of range of float")
            : narrow.ToString("R", CultureInfo.InvariantCulture);
    }
}
