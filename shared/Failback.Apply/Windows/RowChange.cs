namespace Failback.Apply.Windows;

/// <summary>The newest version of one row within a window or batch.</summary>
/// <param name="Mutation">Where it lies.</param>
/// <param name="Identity">Which row it is.</param>
public readonly record struct RowChange(Mutation Mutation, KeyIdentity Identity)
{
    /// <summary>Where the row comes from, when a userscript made it; null: it is as it was received.</summary>
    internal ScriptedRow? Scripted { get; init; }

    /// <summary>What letters and counters speak of.</summary>
    public Mutation Received => Scripted is null ? Mutation : Scripted.Origin;
}
