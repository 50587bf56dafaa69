using System.Buffers.Binary;
using System.Globalization;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>smallint, integer, bigint; out of range is refused, never wrapped. Decimals are taken when nothing follows the point.</summary>
internal sealed class IntegerColumn(PostgresType type) : StructColumn<long>(type, NpgsqlDbType.Bigint)
{
    private readonly (long Low, long High) _range = type.Name switch
    {
        "int2" => (short.MinValue, short.MaxValue),
        "int4" => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

    public override string Expression(string element) => Type.Name == "int8" ? element : base.Expression(element);

    public override string Placeholder => Type.Name switch
    {
        "int2" => "(-32768 + floor(random() * 30000))::int2",
        "int4" => "(-2147483648 + floor(random() * 2000000000))::int4",
        _ => "(-9223372036854775807 + floor(random() * 1000000000000000)::int8)",
    };

    public override string NativeType => Type.CastName;

    public override bool TryAddNative(RawValue value, CopyBuffer fields)
    {
        if (!long.TryParse(value.Json.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            || number < _range.Low || number > _range.High) return false;
        if (Type.Name == "int8") fields.Add(number);
        else if (Type.Name == "int4") BinaryPrimitives.WriteInt32BigEndian(fields.Field(sizeof(int)), (int)number);
        else BinaryPrimitives.WriteInt16BigEndian(fields.Field(sizeof(short)), (short)number);
        return true;
    }

    protected override long Convert(RawValue value)
    {
        string text = value.Text();
        if (text is "true" or "false") return text == "true" ? 1 : 0;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            && !(NumberText.IsNumber(text)
                && long.TryParse(NumberText.Canonical(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)))
            throw new ValueException("not a whole number in range");
        return number < _range.Low || number > _range.High ? throw new ValueException($"out of range of {Type.Name}") : number;
    }
}
