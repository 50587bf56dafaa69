namespace Failback.Hosting.Logging;

/// <summary>
/// Bounds what others can make a process log: of lines with one key, one a minute is written, and the next one tells how many were
/// left out.
/// </summary>
/// <param name="time">Clock.</param>
public sealed class RepeatedLines(TimeProvider time)
{
    /// <summary>Time between two lines with one key.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>Most keys that are remembered. Keys are chosen by the process; this is a bound against a mistake in them.</summary>
    private const int MostKeys = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (DateTimeOffset At, long LeftOut)> _lines = new(StringComparer.Ordinal);

    /// <summary>Returns how many lines were left out since the last one, or null when this one is to be left out, too.</summary>
    public long? Take(string key)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_gate)
        {
            if (_lines.TryGetValue(key, out var last) && now - last.At < Every)
            {
                _lines[key] = (last.At, last.LeftOut + 1);
                return null;
            }

            if (_lines.Count >= MostKeys && !_lines.ContainsKey(key)) _lines.Clear();
            _lines[key] = (now, 0);
            return last.LeftOut;
        }
    }
}
