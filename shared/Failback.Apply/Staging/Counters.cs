namespace Failback.Apply.Staging;

/// <summary>Events of one table by outcome, since the failback began.</summary>
public readonly record struct Counters(long Received, long Applied, long Superseded, long Filtered, long DeadLettered)
{
    public static Counters operator +(Counters left, Counters right) => Add(left, right);

    public static Counters Add(Counters left, Counters right) => new(
        left.Received + right.Received,
        left.Applied + right.Applied,
        left.Superseded + right.Superseded,
        left.Filtered + right.Filtered,
        left.DeadLettered + right.DeadLettered);
}
