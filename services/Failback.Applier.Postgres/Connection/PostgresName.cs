using Failback.Contracts;

namespace Failback.Applier.Postgres.Connection;

/// <summary>Quoting of identifiers, and of texts where a statement is shown to people.</summary>
internal static class PostgresName
{
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Quote(TableName name) => Quote(name.Schema) + "." + Quote(name.Table);

    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";
}
