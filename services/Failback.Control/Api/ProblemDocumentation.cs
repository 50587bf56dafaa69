namespace Failback.Control.Api;

/// <summary>Route metadata: the problems that a call may return; the API document lists them by status.</summary>
/// <param name="Codes">Codes of <see cref="ProblemCatalogue"/>.</param>
internal sealed record ProblemDocumentation(IReadOnlyList<string> Codes);
