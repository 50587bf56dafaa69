using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Failback.Hosting.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Failback.Hosting.Secrets;

/// <summary>
/// Encrypts connection URLs for the database of control and for the broker: AES-256-GCM (NIST SP 800-38D), text form <c>fb1.{key
/// id}.{base64url of nonce, ciphertext, tag}</c>. Several keys may be known: the first one seals, the key id selects the one that
/// opens. A key file is read again when it changes.
/// </summary>
public sealed class SecretBox
{
    /// <summary>
    /// Setting with the key itself, 32 bytes in base64; older keys may follow, separated by blanks, commas or line ends.
    /// </summary>
    public const string KeySetting = "Failback:SecretsKey";

    /// <summary>Setting with the path of a file that holds the key in base64, and older keys on further lines.</summary>
    public const string KeyFileSetting = "Failback:SecretsKeyFile";

    private const string Version = "fb1";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly WatchedFiles<KeyRing>? _file;
    private readonly KeyRing? _fixed;

    /// <summary>Creates a box that seals with a key and opens what this key and older ones sealed.</summary>
    /// <exception cref="SecretBoxException">A key has not 32 bytes.</exception>
    public SecretBox(byte[] key, params byte[][] older)
        : this(new KeyRing(key, older))
    {
    }

    private SecretBox(KeyRing keys) => _fixed = keys;

    private SecretBox(WatchedFiles<KeyRing> file) => _file = file;

    /// <summary>Id of the sealing key, which identifies it without revealing it.</summary>
    public string KeyId => Keys.KeyId;

    private KeyRing Keys => _fixed ?? _file!.Current;

    /// <summary>Returns a box with the keys of the settings.</summary>
    /// <exception cref="SecretBoxException">
    /// There is no key, the file cannot be read, or a key is not 32 bytes in base64; the message says what to do.
    /// </exception>
    public static SecretBox FromConfiguration(IConfiguration configuration, TimeProvider? time = null, ILogger? log = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        string text = configuration[KeySetting] ?? "";
        return string.IsNullOrWhiteSpace(text) && configuration[KeyFileSetting] is { Length: > 0 } file
            ? new SecretBox(Watch(file, time ?? TimeProvider.System, log ?? NullLogger.Instance))
            : new SecretBox(KeyRing.Parse(text));
    }

    /// <summary>Returns true when a text was sealed with another key than the current one.</summary>
    public bool IsOutdated(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        return !sealedText.StartsWith(Prefix(KeyId), StringComparison.Ordinal);
    }

    /// <summary>Returns the beginning of every text that a key sealed.</summary>
    public static string Prefix(string keyId) => $"{Version}.{keyId}.";

    /// <summary>Encrypts. Two calls never return the same text, because each has a random nonce.</summary>
    public string Seal(string plain)
    {
        ArgumentNullException.ThrowIfNull(plain);
        KeyRing keys = Keys;
        byte[] text = Encoding.UTF8.GetBytes(plain);
        byte[] box = new byte[NonceBytes + text.Length + TagBytes];
        // A nonce must never repeat under one key (NIST SP 800-38D, section 8); 96 random bits suffice for the number of sealed
        // texts.
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(keys.Key, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes), text, box.AsSpan(NonceBytes, text.Length), box.AsSpan(NonceBytes + text.Length),
            // The key id is authenticated too: a text with an exchanged id does not open.
            Encoding.ASCII.GetBytes(keys.KeyId));
        return Prefix(keys.KeyId) + Base64Url.EncodeToString(box);
    }

    /// <summary>Decrypts a text made by <see cref="Seal"/>.</summary>
    /// <exception cref="SecretBoxException">The text was sealed with an unknown key, or is damaged.</exception>
    public string Open(string sealedText)
    {
        ArgumentNullException.ThrowIfNull(sealedText);
        string[] parts = sealedText.Split('.');
        if (parts.Length != 3 || parts[0] != Version) throw new SecretBoxException("a sealed secret is not in a known form");
        // The text may be sealed with a key that has just been written into the file.
        byte[] key = Keys.Find(parts[1]) ?? _file?.Refresh().Find(parts[1])
            ?? throw new SecretBoxException(
                $"a secret was sealed with the secrets key {parts[1]}, this process has {Keys.Ids}: give control and all appliers the "
                    + $"same keys");
        if (!Base64Url.IsValid(parts[2])) throw new SecretBoxException("a sealed secret is damaged");
        byte[] box = Base64Url.DecodeFromChars(parts[2]);
        if (box.Length < NonceBytes + TagBytes) throw new SecretBoxException("a sealed secret is damaged");
        byte[] text = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        try
        {
            aes.Decrypt(
                box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes, text.Length), box.AsSpan(NonceBytes + text.Length), text,
                Encoding.ASCII.GetBytes(parts[1]));
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new SecretBoxException("a sealed secret is damaged", e);
        }

        return Encoding.UTF8.GetString(text);
    }

    /// <summary>Opens a text and seals it with the current key.</summary>
    /// <exception cref="SecretBoxException">The text cannot be opened.</exception>
    public string Reseal(string sealedText) => Seal(Open(sealedText));

    /// <summary>Opens a text and seals it with the current key; returns null when it cannot be opened.</summary>
    public string? TryReseal(string sealedText) => TryOpen(sealedText) is { } plain ? Seal(plain) : null;

    /// <summary>Decrypts a text; returns null when it cannot be opened.</summary>
    public string? TryOpen(string sealedText)
    {
        try
        {
            return Open(sealedText);
        }
        catch (SecretBoxException)
        {
            return null;
        }
    }

    private static WatchedFiles<KeyRing> Watch(string path, TimeProvider time, ILogger log)
    {
        try
        {
            var file = new WatchedFiles<KeyRing>([path], contents => Parse(contents[0]), time);
            file.Changed += _ => SecurityLog.Reloaded(log, path);
            file.Refused += e => SecurityLog.NotReloaded(log, path, e.Message);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretBoxException($"the secrets key file {path} (Failback__SecretsKeyFile) cannot be read: {e.Message}", e);
        }
        catch (FormatException e)
        {
            throw new SecretBoxException(e.Message, e);
        }
    }

    private static KeyRing Parse(byte[] content)
    {
        try
        {
            return KeyRing.Parse(Encoding.UTF8.GetString(content));
        }
        catch (SecretBoxException e)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
