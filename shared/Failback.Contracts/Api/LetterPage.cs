using Failback.Contracts.Control;

namespace Failback.Contracts.Api;

/// <summary>A page of letters.</summary>
/// <param name="Items">By id.</param>
/// <param name="Next">Value of <c>after</c> for the next page; null on the last.</param>
public sealed record LetterPage(IReadOnlyList<DeadLetter> Items, long? Next);
