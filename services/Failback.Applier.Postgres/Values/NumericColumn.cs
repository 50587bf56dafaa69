using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Values;

/// <summary>numeric(p,s): travels as text, so that no digit is lost; digits that the scale would round away are refused.</summary>
internal sealed class NumericColumn(PostgresType type) : TextColumn(type)
{
    public override string NativeType => Type.CastName;

    public override bool TryAddNative(RawValue value, CopyBuffer fields) =>
        NumericField.TryAdd(value.Json.Span, Type.Size, Type.Scale, fields);

    protected override string Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "true" or "false") return text == "true" ? "1" : "0";
        if (text is "NaN" or "Infinity" or "-Infinity") return text;
        if (!value.IsString && Type.Size is { } precision && Type.Scale is { } scale)
        {
            if (NumberText.FractionDigits(text) > Math.Max(0, scale))
                throw new ValueException($"has more than {scale} digits after the point");
            if (NumberText.IntegerDigits(text) > precision - scale)
                throw new ValueException($"has more than {precision - scale} digits before the point");
        }

        return text;
    }
}
