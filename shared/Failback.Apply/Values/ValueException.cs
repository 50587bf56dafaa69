namespace Failback.Apply.Values;

/// <summary>A value that the target column cannot hold exactly. The message names the rule, never the value.</summary>
/// <param name="reason">For people.</param>
/// <param name="code">For programs, where a decision follows.</param>
public sealed class ValueException(string reason, string code = "") : Exception(reason)
{
    /// <summary>Empty where the message says all.</summary>
    public string Code { get; } = code;
}
