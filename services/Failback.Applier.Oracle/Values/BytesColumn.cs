using System.Security.Cryptography;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Values;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// RAW(n), BLOB and LONG RAW from <c>\x</c> and hexadecimal digits, and from text of 0 and 1 in whole bytes; RAW(16) takes a UUID, most
/// significant byte first, which sorts as its text does.
/// </summary>
internal sealed class BytesColumn(string name, OracleType type) : OracleColumn(name, type)
{
    private const int OrdinaryBytes = 2000;
    private const int UuidBytes = 16;
    private const int BitsPerByte = 8;

    private readonly bool _isRaw = type.Name == "RAW";

    public override OracleBind Kind => Type.Name switch
    {
        "BLOB" => OracleBind.Blob,
        "LONG RAW" => OracleBind.LongRaw,
        _ => OracleBind.Raw,
    };

    public override bool IsLong => !_isRaw || Type.Bytes > OrdinaryBytes;

    public override string? IdentityExpression(string column) => _isRaw ? $"RAWTOHEX({column})" : null;

    public override string Identity(object value) => System.Convert.ToHexString((byte[])value);

    public override string Normal(string stored) => stored.ToUpperInvariant();

    public override object? Placeholder() =>
        _isRaw && Type.Bytes >= BitsPerByte ? RandomNumberGenerator.GetBytes(Math.Min(UuidBytes, Type.Bytes)) : null;

    public override object Convert(RawValue value)
    {
        byte[] bytes = Read(value.Text());
        return _isRaw && bytes.Length > Type.Bytes ? throw new ValueException($"is longer than {Type.Bytes} bytes") : bytes;
    }

    private byte[] Read(string text)
    {
        if (_isRaw && Type.Bytes == UuidBytes && Guid.TryParseExact(text, "D", out Guid id)) return id.ToByteArray(bigEndian: true);
        if (text.Length > 0 && text.Length % BitsPerByte == 0 && text.AsSpan().IndexOfAnyExcept('0', '1') < 0)
            return [.. text.Chunk(BitsPerByte).Select(bits => System.Convert.ToByte(new string(bits), 2))];
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
