using System.Text.Json.Serialization;
using Failback.Contracts.Words;

namespace Failback.Contracts.Api;

/// <summary>One finding, and where it was found.</summary>
/// <param name="Code">Stable code.</param>
/// <param name="Severity">How bad.</param>
/// <param name="Place"><c>source</c>, <c>target</c>, <c>sink</c>, <c>broker</c>, <c>applier</c> or <c>control</c>.</param>
/// <param name="Table">Table concerned, or null.</param>
/// <param name="Message">What was found and what it means; no secrets.</param>
/// <param name="Fix">Exact SQL or command, or null where there is nothing to do.</param>
public sealed record Check(
    string Code, Severity Severity, [property: JsonPropertyOrder(3)] string Place, string? Table, string Message, string? Fix)
    : Finding(Code, Severity, Table, Message, Fix)
{
    /// <summary>Something could not be looked at: a start meets the same and says so itself.</summary>
    [JsonIgnore]
    public bool Unreached { get; init; }

    /// <summary>Returns a finding with its place.</summary>
    public static Check At(string place, Finding finding) =>
        new(finding.Code, finding.Severity, place, finding.Table, finding.Message, finding.Fix);
}
