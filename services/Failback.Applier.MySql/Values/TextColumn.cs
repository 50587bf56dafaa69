using System.Globalization;
using System.Text;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// Text and everything that the server reads from text; arrays and JSON as their JSON text. Blanks at the end, which char drops and
/// which varchar and text cut off beyond their length with a note only, are looked at here.
/// </summary>
internal sealed class TextColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const int MostBytes = 4;

    public override string? JoinKey(string value) =>
        Type.Name is "char" or "varchar" && Type.CharacterSet is { } set && Type.Collation is { } collation
        ? $"CONVERT({value} USING {set}) COLLATE {collation}"
        : null;

    public override string? Placeholder => Type.Name switch
    {
        "char" or "varchar" =>
            string.Create(CultureInfo.InvariantCulture, $"LEFT(SHA2(CONCAT(UUID(), RAND()), 256), {Math.Min(32, Type.Size ?? 32)})"),
        "uuid" => "UUID()",
        _ => null,
    };

    public override string Holds =>
        Type.IsText ? $"CAST(CONVERT({Name} USING utf8mb4) AS BINARY) <=> CAST({Parameter} AS BINARY)" : base.Holds;

    public override object Convert(RawValue value)
    {
        string text = value.Text();
        if (Type.Name == "char" && text.EndsWith(' ')) throw new ValueException("ends with a blank, which char does not keep");
        if (Type.Name is "char" or "varchar" && Type.Size is { } size && text.Length > size && text.EnumerateRunes().Count() > size)
            throw new ValueException($"text is longer than {size} characters");
        if (Type.IsText && Type.Name is not ("char" or "varchar") && Type.Bytes is { } bytes && text.Length > bytes / MostBytes
            && BytesOf(text) > bytes) throw new ValueException($"text is longer than {bytes} bytes");
        return text;
    }

    /// <summary>Bytes that the text takes in the column's character set, at most where the set has characters of several lengths.</summary>
    private long BytesOf(string text) => Type.CharacterSet switch
    {
        "ucs2" or "utf16" or "utf16le" => 2L * text.Length,
        "utf32" or "gb18030" => (long)MostBytes * text.Length,
        "ujis" or "eucjpms" => 3L * text.Length,
        "big5" or "cp932" or "euckr" or "gb2312" or "gbk" or "sjis" => 2L * text.Length,
        _ when Type.IsUtf8 => Encoding.UTF8.GetByteCount(text),
        _ => text.Length,
    };

    public override string IdentityExpression(string column) =>
        Type.IsText ? $"CONVERT({column} USING utf8mb4)" : base.IdentityExpression(column);
}
