using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace Failback.Hosting.Secrets;

/// <summary>
/// Encrypts connection URLs for the database of control and for the broker: AES-256-GCM, text form
/// <c>fb1.{key id}.{base64url of nonce, ciphertext, tag}</c>. Several keys may be known: the first seals, the key id tells which one opens.
/// </summary>
public sealed class SecretBox
{
    /// <summary>Setting with the key itself: 32 bytes in base64; older keys may follow, separated by blanks, commas or line ends.</summary>
    public const string KeySetting = "Failback:SecretsKey";

    /// <summary>Setting with the path of a file that holds the key in base64, and older keys on further lines.</summary>
    public const string KeyFileSetting = "Failback:SecretsKeyFile";

    private const string Version = "fb1";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] _key;
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>A box that seals with a key, and opens what it and older ones sealed.</summary>
    /// <exception cref="SecretBoxException">A key has not 32 bytes.</exception>
    public SecretBox(byte[] key, params byte[][] older)
    {
        ArgumentNullException.ThrowIfNull(key);
        foreach (byte[] one in (byte[][])[key, .. older])
        {
            if (one.Length != KeyBytes) throw new SecretBoxException($"the secrets key has {one.Length} bytes, {KeyBytes} are needed");
            _keys[Id(one)] = [.. one];
        }

        KeyId = Id(key);
        _key = _keys[KeyId];
    }

    /// <summary>Tells keys apart without showing them: that of the key that seals.</summary>
    public string KeyId { get; }

    /// <summary>A box with the key of the settings.</summary>
    /// <exception cref="SecretBoxException">No key, an unreadable file or not 32 bytes of base64; says what to do.</exception>
    public static SecretBox FromConfiguration(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string? text = configuration[KeySetting];
        if (string.IsNullOrWhiteSpace(text) && configuration[KeyFileSetting] is { Length: > 0 } file)
        {
            try
            {
                text = File.ReadAllText(file);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SecretBoxException($"the secrets key file {file} (Failback__SecretsKeyFile) cannot be read: {e.Message}", e);
            }
        }

        if (string.IsNullOrWhiteSpace(text))
            throw new SecretBoxException("no secrets key: set Failback__SecretsKeyFile to a file made with 'openssl rand -base64 32', the same one for control and all appliers");
        byte[][] keys = [.. text.Split((char[])[' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(Decode)];
        return new SecretBox(keys[0], keys[1..]);
    }

    /// <summary>True when a text is sealed with another key than the one that seals now.</summary>
    public bool IsOutdated(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return !sealedText.StartsWith($"{Version}.{KeyId}.", StringComparison.Ordinal);
    }

    /// <summary>Encrypts; two calls never give the same text.</summary>
    public string Seal(string plain)
    {
        ArgumentNullException.ThrowIfNull(plain);
        byte[] text = Encoding.UTF8.GetBytes(plain);
        byte[] box = new byte[NonceBytes + text.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), text, box.AsSpan(NonceBytes, text.Length), box.AsSpan(NonceBytes + text.Length), Encoding.ASCII.GetBytes(KeyId));
        return $"{Version}.{KeyId}.{Base64Url.EncodeToString(box)}";
    }

    /// <summary>Decrypts what <see cref="Seal"/> gave.</summary>
    /// <exception cref="SecretBoxException">Sealed with another key, or damaged.</exception>
    public string Open(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        string[] parts = sealedText.Split('.');
        if (parts.Length != 3 || parts[0] != Version) throw new SecretBoxException("a sealed secret is not in a known form");
        if (!_keys.TryGetValue(parts[1], out byte[]? key))
            throw new SecretBoxException($"a secret was sealed with the secrets key {parts[1]}, this process has {string.Join(", ", _keys.Keys)}: give control and all appliers the same keys");
        if (!Base64Url.IsValid(parts[2])) throw new SecretBoxException("a sealed secret is damaged");
        byte[] box = Base64Url.DecodeFromChars(parts[2]);
        if (box.Length < NonceBytes + TagBytes) throw new SecretBoxException("a sealed secret is damaged");
        byte[] text = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, text.Length), box.AsSpan(NonceBytes + text.Length), text, Encoding.ASCII.GetBytes(parts[1]));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SecretBoxException("a sealed secret is damaged", e);
        }

        return Encoding.UTF8.GetString(text);
    }

    private static string Id(byte[] key) => Convert.ToHexStringLower(SHA256.HashData(key))[..8];

    private static byte[] Decode(string text)
    {
        byte[] key = new byte[KeyBytes + 3];
        return Convert.TryFromBase64String(text, key, out int length) ? key[..length] : throw new SecretBoxException("the secrets key is not 32 bytes in base64: make one with 'openssl rand -base64 32'");
    }
}
