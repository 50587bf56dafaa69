namespace Failback.Testing.Preflight;

/// <summary>How a check before a start is made to find something.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Severity">The severity it must have then.</param>
/// <param name="Sql">Statements that provoke it; empty: the tables of the test do already.</param>
/// <param name="Mended">Running the fix it names, as it stands, must end it; false: it is information, or its fix is not a
/// statement.</param>
public sealed record Provocation(string Code, string Severity, string Sql = "", bool Mended = true);
