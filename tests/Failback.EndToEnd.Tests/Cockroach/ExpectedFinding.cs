namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>A finding that a scene of tables and settings must lead to.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity">Its severity.</param>
/// <param name="From">What of the scene it comes from.</param>
internal sealed record ExpectedFinding(string Code, string Severity, string From);
