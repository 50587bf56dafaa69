namespace Failback.Cockroach.Statements;

/// <summary>Writes literals and names for PostgreSQL.</summary>
internal static class Pg
{
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    public static string Name(string part) => "\"" + part.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Name(IEnumerable<string> parts) => string.Join('.', parts.Select(Name));
}
