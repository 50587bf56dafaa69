namespace Failback.Testing;

/// <summary>A clock that a test advances.</summary>
/// <param name="start">Initial time; default: 2026-01-01 in UTC.</param>
public sealed class SteppedTime(DateTimeOffset? start = null) : TimeProvider
{
    private DateTimeOffset _now = start ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Step(TimeSpan by) => _now += by;
}
