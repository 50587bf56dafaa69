namespace Failback.Applier.Oracle.Connection;

/// <summary>Arrays of a statement that is bound to rows of ours.</summary>
internal sealed class OracleArguments<T>(IReadOnlyList<T> rows)
{
    private readonly List<OracleArgument> _arguments = [];

    public int Count => rows.Count;

    public IReadOnlyList<OracleArgument> All => _arguments;

    public OracleArguments<T> Text(string name, Func<T, string?> value) => Add(name, OracleBind.Text, rows.Select(value).ToArray());

    public OracleArguments<T> Number(string name, Func<T, long> value) => Add(name, OracleBind.Number, rows.Select(value).ToArray());

    public OracleArguments<T> Raw(string name, Func<T, byte[]> value) => Add(name, OracleBind.Raw, rows.Select(value).ToArray());

    /// <summary>An empty value is NULL.</summary>
    public OracleArguments<T> Blob(string name, Func<T, ReadOnlyMemory<byte>> value) =>
        Add(name, OracleBind.Blob, rows.Select(r => value(r) is { Length: > 0 } bytes ? bytes.ToArray() : null).ToArray());

    private OracleArguments<T> Add(string name, OracleBind bind, Array values)
    {
        _arguments.Add(new OracleArgument(name, bind, values));
        return this;
    }
}
