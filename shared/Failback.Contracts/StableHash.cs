using System.Security.Cryptography;
using System.Text;

namespace Failback.Contracts;

/// <summary>Hashes that outlive a process: the same input gives the same number on every machine and release.</summary>
public static class StableHash
{
    /// <summary>First eight bytes of SHA-256, big-endian.</summary>
    public static ulong Of(string text)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), digest);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(digest);
    }
}
