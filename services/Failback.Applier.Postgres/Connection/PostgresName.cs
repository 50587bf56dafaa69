using Failback.Contracts;

namespace Failback.Applier.Postgres.Connection;

/// <summary>Quoting of identifiers.</summary>
internal static class PostgresName
{
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Quote(TableName name) => Quote(name.Schema) + "." + Quote(name.Table);
}
