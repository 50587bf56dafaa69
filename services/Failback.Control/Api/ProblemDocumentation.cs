namespace Failback.Control.Api;

/// <summary>Which problems a call may answer; the API document lists them by status.</summary>
/// <param name="Codes">Codes of <see cref="ProblemCatalogue"/>.</param>
internal sealed record ProblemDocumentation(IReadOnlyList<string> Codes);
