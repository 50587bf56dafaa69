namespace Failback.Cockroach.Statements;

/// <summary>A statement that CockroachDB would refuse.</summary>
/// <param name="code">SQLSTATE.</param>
/// <param name="message">Message in CockroachDB's words.</param>
/// <param name="hint">Hint; may be empty.</param>
internal sealed class StatementException(string code, string message, string hint = "") : Exception(message)
{
    public string Code { get; } = code;

    public string Hint { get; } = hint;
}
