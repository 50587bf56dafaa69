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

    public override string Holds => $"{Name} <=> CAST({Parameter} AS {(Type.Name == "double" ? "DOUBLE" : "FLOAT")})";

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "NaN" or "Infinity" or "-Infinity") throw new ValueException($"{Type.Name} has no NaN or infinity");
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        double number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(number)) throw new ValueException($"out of range of {Type.Name}");
        if (Type.IsUnsigned && number < 0) throw new ValueException("negative in an unsigned column");
        if (Type.Scale is { } scale && NumberText.FractionDigits(text) > scale)
            throw new ValueException($"has more than {scale} digits after the point");
        return Type.Name == "double" ? Double(number, text) : Float((float)number, text);
    }

    private static string Double(double number, string text)
    {
        string exact = number.ToString("R", CultureInfo.InvariantCulture);
        bool kept = (text.Length <= AlwaysExactDigits && text.AsSpan().IndexOfAny('e', 'E') < 0)
            || NumberText.Canonical(exact) == NumberText.Canonical(text);
        return kept ? exact : throw new ValueException("has more digits than double keeps");
    }

    /// <summary>
    /// The server reads the text as a double: what is shortest for the float would be beside it, and beyond the range at its end.
    /// </summary>
    private static string Float(float number, string text) =>
        float.IsInfinity(number) || (number == 0 && NumberText.Canonical(text) != "0")
        ? throw new ValueException("out of range of float")
        : ((double)number).ToString("R", CultureInfo.InvariantCulture);
}
