using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>The 16 bytes of a UUID in one of the orders that databases and drivers have used.</summary>
internal static class UuidBytes
{
    /// <exception cref="ValueException">The text is not a UUID.</exception>
    public static byte[] Of(string text, UuidByteOrder order)
    {
        if (!Guid.TryParseExact(text, "D", out Guid id)) throw new ValueException("not a UUID");
        byte[] plain = id.ToByteArray(bigEndian: true);
        return order switch
        {
            // https://dev.mysql.com/doc/refman/8.4/en/miscellaneous-functions.html#function_uuid-to-bin
            UuidByteOrder.Swapped => [.. plain[6..8], .. plain[4..6], .. plain[..4], .. plain[8..]],
            UuidByteOrder.Mixed => id.ToByteArray(bigEndian: false),
            _ => plain,
        };
    }
}
