namespace Failback.Testing.Preflight;

/// <summary>A situation in which a preflight check must report a finding.</summary>
/// <param name="Code">Code of the finding.</param>
/// <param name="Severity">Severity that the finding must have.</param>
/// <param name="Sql">Statements that provoke the finding; empty when the tables of the test do so already.</param>
/// <param name="Mended">
/// True when running the finding's fix unchanged must end it; false for information, or when the fix is not a statement.
/// </param>
public sealed record Provocation(string Code, string Severity, string Sql = "", bool Mended = true);
