using Failback.Apply.Windows;
using Failback.Contracts.Words;

namespace Failback.Apply.Dialects;

/// <summary>A version of a letter's row that the staging schema knows of.</summary>
/// <param name="Of">The letter asked about.</param>
/// <param name="Letter">Letter that holds the version; 0: none, it was applied ahead of the resolved timestamp.</param>
/// <param name="Rank">Version.</param>
/// <param name="State">State of the letter, or applied.</param>
public sealed record KnownVersion(long Of, long Letter, VersionRank Rank, LetterState State);
