using System.Text.Json.Serialization;
using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>Where a failback is by what was heard of it, as opposed to what was ordered.</summary>
/// <param name="State">In one word.</param>
/// <param name="Code">Stable code: that of the trouble that decides, or what is going on.</param>
/// <param name="Since">Since when.</param>
/// <param name="What">In one sentence; of <c>unknown</c> it names the part that is silent.</param>
/// <param name="Next">The next command or step; null: there is nothing to do.</param>
public sealed record FailbackCondition(
    ConditionState State, string Code, DateTimeOffset Since, string What,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
