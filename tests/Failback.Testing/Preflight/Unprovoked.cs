namespace Failback.Testing.Preflight;

/// <summary>A check that no test can make find something here, and why.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Reason">What would be needed, and what is tested instead.</param>
public sealed record Unprovoked(string Code, string Reason);
