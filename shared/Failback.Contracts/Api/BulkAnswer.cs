using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>What became of a call on many letters.</summary>
/// <param name="Matched">Letters that the filter found.</param>
/// <param name="Done">Settled now; 0 in a preview.</param>
/// <param name="Refused">Those that cannot be settled so: by id, the reason.</param>
public sealed record BulkAnswer(long Matched, long Done, IReadOnlyDictionary<long, LetterRefusal> Refused);
