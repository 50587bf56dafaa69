namespace Failback.Apply.Values;

/// <summary>A value that the target column cannot hold exactly. The message names the rule, never the value.</summary>
public sealed class ValueException(string reason) : Exception(reason);
