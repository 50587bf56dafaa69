using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>decimal(p,s): travels as text, so that no digit is lost; digits that the scale would round away are refused.</summary>
internal sealed class DecimalColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private readonly int _scale = type.Scale ?? 0;
    private readonly long _whole = (type.Size ?? 65) - (type.Scale ?? 0);

    // Compared as text, a decimal column would be compared in binary floating point.
    public override string KeyExpression => string.Create(CultureInfo.InvariantCulture, $"CAST(? AS DECIMAL({Type.Size ?? 65},{_scale}))");

    public override string? JoinKey(string value) =>
        string.Create(CultureInfo.InvariantCulture, $"CAST({value} AS DECIMAL({Type.Size ?? 65},{_scale}))");

    public override string Placeholder =>
        string.Create(CultureInfo.InvariantCulture, $"{(Type.IsUnsigned ? "" : "-")}FLOOR(RAND() * 1e{Math.Min(15, _whole)})");

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "true" or "false") return text == "true" ? "1" : "0";
        if (text is "NaN" or "Infinity" or "-Infinity") throw new ValueException("decimal has no NaN or infinity");
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        if (NumberText.FractionDigits(text) > _scale) throw new ValueException($"has more than {_scale} digits after the point");
        if (NumberText.IntegerDigits(text) > _whole) throw new ValueException($"has more than {_whole} digits before the point");
        string canonical = NumberText.Canonical(text);
        return Type.IsUnsigned && canonical.StartsWith('-') ? throw new ValueException("negative in an unsigned column") : canonical;
    }

    public override string Identity(object value)
    {
        string text = (string)value;
        int point = text.IndexOf('.', StringComparison.Ordinal);
        int digits = point < 0 ? 0 : text.Length - point - 1;
        return _scale == 0 ? text : (point < 0 ? text + "." : text) + new string('0', _scale - digits);
    }
}
