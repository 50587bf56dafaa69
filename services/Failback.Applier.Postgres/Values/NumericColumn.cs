using Failback.Apply.Values;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// numeric(p,s), also from a text that is a number: travels as text, so that no digit is lost; digits that the scale would round away are
/// refused. How many a money column keeps is up to the database's locale: the server is asked.
/// </summary>
internal sealed class NumericColumn(PostgresType type) : TextColumn(type)
{
    public override string NativeType => Type.CastName;

    public override bool TryAddNative(RawValue value, CopyBuffer fields) =>
        NumericField.TryAdd(value.Json.Span, Type.Size, Type.Scale, fields);

    public override string KeyExpression(string element) =>
        Type.Name == "money" ? $"{Expression(element)}::pg_catalog.money" : Expression(element);

    protected override string Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "true" or "false") return text == "true" ? "1" : "0";
        if (text is "NaN" or "Infinity" or "-Infinity") return text;
        if (!NumberText.IsNumber(text)) throw new ValueException("not a number");
        if (Type.Size is { } precision && Type.Scale is { } scale && NumberText.Misfit(text, precision, scale) is { } misfit)
            throw new ValueException(misfit);
        return text;
    }
}
