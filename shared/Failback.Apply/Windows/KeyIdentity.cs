using System.Security.Cryptography;

namespace Failback.Apply.Windows;

/// <summary>The identity of a row inside its table: canonical bytes of its key, compared by content.</summary>
public readonly struct KeyIdentity(ReadOnlyMemory<byte> canonical) : IEquatable<KeyIdentity>
{
    /// <summary>Bytes of <see cref="Digest"/>.</summary>
    public const int DigestBytes = 16;

    private readonly int _hash = HashOf(canonical.Span);

    public ReadOnlyMemory<byte> Canonical { get; } = canonical;

    /// <summary>First 16 bytes of SHA-256 of the canonical bytes: the row's name in the staging schema.</summary>
    public byte[] Digest() => SHA256.HashData(Canonical.Span)[..DigestBytes];

    /// <summary>
    /// The same bytes as a name of another kind: rows whose key a script changed do not compete with rows that came with that key.
    /// </summary>
    internal KeyIdentity Apart() => new((byte[])[.. "script"u8, .. Canonical.Span]);

    /// <summary>
    /// The same bytes as a name of nothing but themselves: no row whose place is known is taken for the one that the key may mean.
    /// </summary>
    internal KeyIdentity Unlocated() => new((byte[])[.. "unlocated"u8, .. Canonical.Span]);

    public bool Equals(KeyIdentity other) => _hash == other._hash && Canonical.Span.SequenceEqual(other.Canonical.Span);

    public override bool Equals(object? obj) => obj is KeyIdentity other && Equals(other);

    public override int GetHashCode() => _hash;

    public static bool operator ==(KeyIdentity left, KeyIdentity right) => left.Equals(right);

    public static bool operator !=(KeyIdentity left, KeyIdentity right) => !left.Equals(right);

    private static int HashOf(ReadOnlySpan<byte> bytes)
    {
        var code = new HashCode();
        code.AddBytes(bytes);
        return code.ToHashCode();
    }
}
