using Failback.Apply.Groups;
using Failback.Apply.Staging;
using Failback.Apply.Writing;

namespace Failback.Apply.Letters;

/// <summary>Which letters a round tries, with which tables at hand, and how hard.</summary>
/// <param name="Tables">Tables whose letters are tried.</param>
/// <param name="Order">Order of these tables.</param>
/// <param name="Takes">Which of the waiting letters.</param>
/// <param name="Effort">How far the writer goes before it isolates rows.</param>
internal sealed record RoundTerms(
    IReadOnlyList<GroupTable> Tables, ApplyOrder Order, Func<Letter, bool> Takes, WriteEffort Effort);
