namespace Failback.Apply.Windows;

/// <summary>What became of one row version.</summary>
public enum Outcome : byte
{
    Applied,
    Superseded,
    Filtered,
    DeadLettered,
    Waiting,
}
