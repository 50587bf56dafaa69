using System.Globalization;
using Failback.Apply.Values;

namespace Failback.Applier.MySql.Values;

/// <summary>
/// binary, varbinary and blobs from <c>\x</c> and hexadecimal digits; a column of 16 bytes takes a UUID, most significant byte first.
/// binary(n) pads: shorter values are refused.
/// </summary>
internal sealed class BinaryColumn(string name, MySqlType type) : MySqlColumn(name, type)
{
    private const int UuidBytes = 16;

    public override string? JoinKey(string value) => Type.Name is "binary" or "varbinary" ? value : null;

    public override string? Placeholder => Type.Name is "binary" or "varbinary" && Type.Size is >= UuidBytes and var size
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"RPAD(UNHEX(LEFT(SHA2(CONCAT(UUID(), RAND()), 256), 32)), {(Type.Name == "binary" ? size : UuidBytes)}, UNHEX('00'))")
        : null;

    public override object Convert(RawValue value)
    {
        byte[] bytes = Read(value.Text());
        if (Type.Size is { } size && bytes.Length > size) throw new ValueException($"is longer than {size} bytes");
        if (Type.Name == "binary" && bytes.Length < Type.Size)
            throw new ValueException($"is shorter than {Type.Size} bytes, which the column would fill up");
        return bytes;
    }

    public override string IdentityExpression(string column) => $"HEX({column})";

    public override string Identity(object value) => System.Convert.ToHexString((byte[])value);

    private byte[] Read(string text)
    {
        if (Type.Size == UuidBytes && Guid.TryParseExact(text, "D", out Guid id)) return id.ToByteArray(bigEndian: true);
        if (!text.StartsWith("\\x", StringComparison.Ordinal)) throw new ValueException("not bytes in hexadecimal form");
        try
        {
            return System.Convert.FromHexString(text.AsSpan(2));
        }
        catch (FormatException)
        {
            throw new ValueException("not bytes in hexadecimal form");
        }
    }
}
