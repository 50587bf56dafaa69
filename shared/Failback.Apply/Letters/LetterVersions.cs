using Failback.Apply.Dialects;
using Failback.Contracts;

namespace Failback.Apply.Letters;

/// <summary>What the known versions of a row say about one of its letters.</summary>
internal static class LetterVersions
{
    /// <summary>A newer version is in the target.</summary>
    public static bool IsNewerApplied(IReadOnlyList<KnownVersion> versions, long letter, HlcTimestamp own) =>
        versions.Any(v => v.Of == letter && v.Updated > own && v.State == "applied");

    /// <summary>The letter of the newest version that is not settled, when that is another one; null: this is it.</summary>
    public static long? NewerUnsettled(IReadOnlyList<KnownVersion> versions, long letter, HlcTimestamp own) =>
        versions.LastOrDefault(v => v.Of == letter && v.Updated > own && v.State is LetterDesk.Open or LetterDesk.Waiting)?.Letter;
}
