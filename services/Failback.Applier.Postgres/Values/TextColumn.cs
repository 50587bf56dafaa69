using System.Globalization;
using System.Text;
using Failback.Apply.Values;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Values;

/// <summary>
/// Text and everything that the server reads from text. Types that PostgreSQL would cut silently on the way in (<c>name</c>,
/// <c>"char"</c>, trailing blanks beyond varchar's length) are measured here.
/// </summary>
internal class TextColumn(PostgresType type) : ReferenceColumn<string>(type, NpgsqlDbType.Text)
{
    private const int NameBytes = 63;

    public override string Expression(string element) => Type.Name is "text" or "varchar" ? element : base.Expression(element);

    public override string KeyExpression(string element) => Type.Name == "bit"
        ? string.Create(CultureInfo.InvariantCulture, $"{element}::pg_catalog.varbit::pg_catalog.bit({Type.Size ?? 1})")
        : Expression(element);

    /// <summary>Digits before the point that a numeric column takes.</summary>
    private long WholeDigits => Type.Size is { } precision ? precision - (Type.Scale ?? 0) : 15;

    public override string? Placeholder => Type.Name switch
    {
        "text" or "varchar" or "bpchar" or "citext" =>
            string.Create(CultureInfo.InvariantCulture, $"left(md5(random()::text || clock_timestamp()::text), {Type.Size ?? 32})"),
        "timestamp" or "timestamptz" or "date" => $"(timestamp '4000-01-01 BC' + random() * interval '700 years')::{Type.CastName}",
        "inet" => "('::'::inet + floor(random() * 1000000000000000)::int8)",
        "numeric" => string.Create(CultureInfo.InvariantCulture, $"(-floor(random() * 1e{Math.Min(15, WholeDigits)}))::numeric"),
        _ => null,
    };

    /// <summary>
    /// Text without escapes is copied as it arrived: JSON has no other way to write U+0000, and no more characters than bytes.
    /// </summary>
    public override void AddElement(RawValue value, CopyBuffer fields)
    {
        ReadOnlySpan<byte> json = value.Json.Span;
        bool plain = Type.Name is "text" or "varchar" or "bpchar" && value.IsString && !json.Contains((byte)'\\')
            && !(json.Length - 2 > Type.Size);
        if (plain) fields.Add(json[1..^1]);
        else base.AddElement(value, fields);
    }

    protected override string Convert(RawValue value)
    {
        string text = value.Text();
        if (text.Contains('\0', StringComparison.Ordinal)) throw new ValueException("text holds U+0000, which PostgreSQL cannot store");
        switch (Type.Name)
        {
            case "bit" or "varbit" when text is "true" or "false":
                return text == "true" ? "1" : "0";
            case "bit" or "varbit" when text.AsSpan().IndexOfAnyExcept('0', '1') >= 0:
                throw new ValueException("not binary digits");
            case "bit" when text.Length != (Type.Size ?? 1):
                throw new ValueException($"not {Type.Size ?? 1} binary digits");
            case "varbit" when text.Length > Type.Size:
                throw new ValueException($"longer than {Type.Size} binary digits");
            case "oid" when text.Length == 0 || text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0:
                throw new ValueException("not an object number");
            case "varchar" or "bpchar" when Type.Size is { } size && text.Length > size && CodePoints(text) > size:
                throw new ValueException($"text is longer than {size} characters");
            case "name" when Encoding.UTF8.GetByteCount(text) > NameBytes:
                throw new ValueException($"text is longer than {NameBytes} bytes");
            case "char" when Encoding.UTF8.GetByteCount(text) > 1:
                throw new ValueException("text is longer than one byte");
            default:
                return text;
        }
    }

    private static int CodePoints(string text) => text.EnumerateRunes().Count();
}
