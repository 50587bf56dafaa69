using System.Security.Cryptography;

namespace Failback.Hosting.Security;

/// <summary>
/// The content of a few small files, such as a certificate and its key. They are read again when their content has changed; content
/// that cannot be used leaves the old value in place. Content is compared instead of times, because mounted secrets change behind a
/// symbolic link.
/// </summary>
/// <typeparam name="T">Type of the value that the files are parsed into.</typeparam>
public sealed class WatchedFiles<T> where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<string> _paths;
    private readonly Func<IReadOnlyList<byte[]>, T> _parse;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private volatile T _current;
    private byte[] _seen;
    private long _lookedAt;
    private string _refusal = "";

    /// <summary>Reads the files for the first time.</summary>
    /// <param name="paths">Paths of the files.</param>
    /// <param name="parse">Parses their contents, in the same order, into the value; an exception states the problem.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public WatchedFiles(IReadOnlyList<string> paths, Func<IReadOnlyList<byte[]>, T> parse, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(parse);
        ArgumentNullException.ThrowIfNull(time);
        _paths = paths;
        _parse = parse;
        _time = time;
        byte[][] contents = Read();
        _seen = Digest(contents);
        _current = parse(contents);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>Raised after new contents are in use.</summary>
    public event Action<T>? Changed;

    /// <summary>Raised once for contents that cannot be used.</summary>
    public event Action<Exception>? Refused;

    /// <summary>Number of changes so far.</summary>
    public long Version { get; private set; }

    /// <summary>The current value; checks the files at most once a second.</summary>
    public T Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Interval) Look();
            return _current;
        }
    }

    /// <summary>Checks the files now; for callers that know that the value must have changed.</summary>
    public T Refresh()
    {
        lock (_gate) LookAlone();
        return _current;
    }

    private void Look()
    {
        // Another thread is checking: this one continues with the value at hand.
        if (!_gate.TryEnter()) return;
        try
        {
            LookAlone();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void LookAlone()
    {
        try
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            byte[][] contents = Read();
            byte[] digest = Digest(contents);
            if (digest.AsSpan().SequenceEqual(_seen)) return;
            // Recorded before parsing: contents that cannot be used are not parsed again every second.
            _seen = digest;
            _current = _parse(contents);
            Version++;
            Changed?.Invoke(_current);
        }
        catch (Exception e)
        when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or FormatException)
        {
            Refuse(e);
        }
    }

    // A file that is missing for long is reported once, not every second.
    private void Refuse(Exception e)
    {
        string refusal = Convert.ToHexString(_seen) + e.Message;
        if (refusal == _refusal) return;
        _refusal = refusal;
        Refused?.Invoke(e);
    }

    private byte[][] Read() => [.. _paths.Select(File.ReadAllBytes)];

    private static byte[] Digest(byte[][] contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (byte[] content in contents)
        {
            // The length separates the files: bytes that move from one to the other change the digest.
            hash.AppendData(BitConverter.GetBytes(content.LongLength));
            hash.AppendData(content);
        }

        return hash.GetHashAndReset();
    }
}
