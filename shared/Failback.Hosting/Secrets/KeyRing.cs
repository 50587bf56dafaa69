using System.Security.Cryptography;

namespace Failback.Hosting.Secrets;

/// <summary>The secrets keys of a process: the first one seals, all of them open.</summary>
internal sealed class KeyRing
{
    private const int KeyBytes = 32;

    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <exception cref="SecretBoxException">A key does not have 32 bytes.</exception>
    public KeyRing(byte[] key, params IEnumerable<byte[]> older)
    {
        foreach (byte[] one in older.Prepend(key))
        {
            if (one.Length != KeyBytes) throw new SecretBoxException($"the secrets key has {one.Length} bytes, {KeyBytes} are needed");
            _keys[Id(one)] = [.. one];
        }

        KeyId = Id(key);
        Key = _keys[KeyId];
    }

    /// <summary>Id of the sealing key: the first 8 hex digits of its SHA-256, which identify a key without revealing it.</summary>
    public string KeyId { get; }

    public byte[] Key { get; }

    /// <summary>Ids of all keys, for messages.</summary>
    public string Ids => string.Join(", ", _keys.Keys);

    /// <summary>Reads keys in base64, the sealing one first, separated by blanks, commas or line ends.</summary>
    /// <exception cref="SecretBoxException">There is no key, or one is not 32 bytes in base64.</exception>
    public static KeyRing Parse(string text)
    {
        byte[][] keys = [.. text.Split((char[])[' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(Decode)];
        return keys.Length > 0
            ? new KeyRing(keys[0], keys[1..])
            : throw new SecretBoxException(
                "no secrets key: set Failback__SecretsKeyFile to a file made with 'openssl rand -base64 32', the same one for control "
                    + "and all appliers");
    }

    public byte[]? Find(string id) => _keys.GetValueOrDefault(id);

    private static string Id(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..8];

    private static byte[] Decode(string text)
    {
        byte[] key = new byte[KeyBytes + 3];
        return Convert.TryFromBase64String(text, key, out int length)
            ? key[..length]
            : throw new SecretBoxException("the secrets key is not 32 bytes in base64: make one with 'openssl rand -base64 32'");
    }
}
