namespace Failback.Apply.Windows;

/// <summary>The newest version of one row within a window or batch.</summary>
/// <param name="Mutation">Where it lies.</param>
/// <param name="Identity">Which row it is.</param>
public readonly record struct RowChange(Mutation Mutation, KeyIdentity Identity);
