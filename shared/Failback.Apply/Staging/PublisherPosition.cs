namespace Failback.Apply.Staging;

/// <summary>The last message of a publisher that has been accounted for, per table.</summary>
public sealed record PublisherPosition(string Table, string Publisher, long Sequence, long Total);
