namespace Failback.Applier.Oracle.Connection;

/// <summary>A named value of a statement, or an array of them, one per row.</summary>
/// <param name="Name">Without the colon.</param>
/// <param name="Bind">How it travels.</param>
/// <param name="Value">Text, bytes or a number; <c>string[]</c>, <c>byte[][]</c> or <c>long[]</c> for rows.</param>
internal sealed record OracleArgument(string Name, OracleBind Bind, object? Value)
{
    public static OracleArgument Of(string name, string value) => new(name, OracleBind.Text, value);

    public static OracleArgument Of(string name, long value) => new(name, OracleBind.Number, value);

    public static OracleArgument Of(string name, byte[] value) => new(name, OracleBind.Raw, value);
}
