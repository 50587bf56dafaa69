using Failback.Apply.Dialects;
using Failback.Apply.Windows;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Apply.Letters;

/// <summary>What the known versions of a row say about one of its letters.</summary>
internal static class LetterVersions
{
    /// <summary>A newer version is in the target.</summary>
    public static bool IsNewerApplied(IReadOnlyList<KnownVersion> versions, long letter, VersionRank own) =>
        versions.Any(v => v.Of == letter && v.Rank.Beats(own) && v.State == LetterState.Applied);

    /// <summary>The letter of the newest version that is not settled, when that is another one; null: this is it.</summary>
    public static long? NewerUnsettled(IReadOnlyList<KnownVersion> versions, long letter, VersionRank own) => versions
        .Where(v => v.Of == letter && v.Rank.Beats(own) && v.State is LetterState.Open or LetterState.Waiting)
        .MaxBy(v => v.Rank)?.Letter;

    /// <summary>Version of a letter as operators see it.</summary>
    public static VersionRank Of(DeadLetter letter) => new(HlcTimestamp.Parse(letter.Updated), letter.IsDelete);
}
