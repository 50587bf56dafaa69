using System.Security.Cryptography;

namespace Failback.Hosting.Security;

/// <summary>
/// What a few small files hold, such as a certificate and its key. They are read again when their content has changed; what cannot be used
/// leaves the old
/// in place. Content is compared, not times: mounted secrets change behind a symbolic link.
/// </summary>
/// <typeparam name="T">What the files are turned into.</typeparam>
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
    /// <param name="paths">Files.</param>
    /// <param name="parse">Turns their contents, in the same order, into the value; an exception says what is wrong.</param>
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

    /// <summary>Called after other contents were taken.</summary>
    public event Action<T>? Changed;

    /// <summary>Called once for contents that cannot be used.</summary>
    public event Action<Exception>? Refused;

    /// <summary>Grows with every change.</summary>
    public long Version { get; private set; }

    /// <summary>The present value; looks at the files at most once a second.</summary>
    public T Current
    {
        get
        {
            if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Interval) Look();
            return _current;
        }
    }

    /// <summary>Looks at the files now, for who knows that the value must have changed.</summary>
    public T Refresh()
    {
        lock (_gate) LookAlone();
        return _current;
    }

    private void Look()
    {
        // Whoever comes second goes on with what is there.
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

    // A file that is away for long is told of once, not every second.
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
            hash.AppendData(BitConverter.GetBytes(content.LongLength));
            hash.AppendData(content);
        }

        return hash.GetHashAndReset();
    }
}
