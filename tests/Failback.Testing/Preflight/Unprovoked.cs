namespace Failback.Testing.Preflight;

/// <summary>A preflight check that cannot be provoked on the test servers, and the reason.</summary>
/// <param name="Code">Code of the finding.</param>
/// <param name="Reason">What it would need, and what is tested instead.</param>
public sealed record Unprovoked(string Code, string Reason);
