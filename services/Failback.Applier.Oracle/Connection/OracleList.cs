using System.Globalization;

namespace Failback.Applier.Oracle.Connection;

/// <summary>
/// A condition that a column is one of many values. Oracle takes 1000 in one list (ORA-01795); longer ones are several lists.
/// </summary>
internal sealed class OracleList
{
    /// <summary>Values that one list takes; kept below the server's limit so that few statement texts arise.</summary>
    public const int Longest = 500;

    private readonly string _condition;

    private OracleList(string condition, IReadOnlyList<OracleArgument> arguments)
    {
        _condition = condition;
        Arguments = arguments;
    }

    public IReadOnlyList<OracleArgument> Arguments { get; }

    public static OracleList Of(string column, IReadOnlyList<string> values) =>
        Of(column, [.. values.Select((v, i) => OracleArgument.Of(Name(i), v))]);

    public static OracleList Of(string column, IReadOnlyList<byte[]> values) =>
        Of(column, [.. values.Select((v, i) => OracleArgument.Of(Name(i), v))]);

    /// <summary>The statement with its list.</summary>
    public string In(string statement) => statement.Replace("<list>", _condition, StringComparison.Ordinal);

    private static OracleList Of(string column, OracleArgument[] arguments)
    {
        IEnumerable<string> lists = arguments.Chunk(Longest)
            .Select(part => $"{column} IN ({string.Join(", ", part.Select(a => ":" + a.Name))})");
        return new OracleList(arguments.Length == 0 ? "1 = 0" : $"({string.Join(" OR ", lists)})", arguments);
    }

    private static string Name(int number) => "v" + number.ToString(CultureInfo.InvariantCulture);
}
