namespace Failback.Apply.Letters;

/// <summary>How a round ends for a letter; each letter of a round gets exactly one.</summary>
internal enum Fate
{
    /// <summary>Its row is in the target.</summary>
    Placed,

    /// <summary>The userscript drops its row, so that nothing is left to write.</summary>
    Dropped,

    /// <summary>A newer version of its row is in the same round.</summary>
    Superseded,

    /// <summary>It is a dead letter, for a reason found in this round.</summary>
    Lost,

    /// <summary>The target refuses its row for now; it goes on waiting.</summary>
    Again,
}
