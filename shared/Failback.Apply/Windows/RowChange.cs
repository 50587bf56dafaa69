namespace Failback.Apply.Windows;

/// <summary>The newest version of one row within a window or batch.</summary>
/// <param name="Mutation">Where it lies.</param>
/// <param name="Identity">Which row it is.</param>
public readonly record struct RowChange(Mutation Mutation, KeyIdentity Identity)
{
    /// <summary>The row as received, where a userscript made <see cref="Mutation"/> out of it; null: it is the one received.</summary>
    public Mutation? Origin { get; init; }

    /// <summary>The row of the target, where a userscript gave it another key than it came with: versions are kept for both; null: no other.</summary>
    public KeyIdentity? Place { get; init; }

    /// <summary>What letters and counters speak of.</summary>
    public Mutation Received => Origin ?? Mutation;
}
