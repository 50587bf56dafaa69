using Failback.Contracts;

namespace Failback.Applier.Oracle.Connection;

/// <summary>Quoting of identifiers. What is not quoted Oracle reads in upper case; the catalogue's own spelling is always quoted.</summary>
internal static class OracleName
{
    /// <exception cref="FormatException">The name holds what no identifier can hold.</exception>
    public static string Quote(string name) =>
        name.AsSpan().ContainsAny('"', '\0')
        ? throw new FormatException("a name with a quotation mark cannot be an Oracle identifier")
        : "\"" + name + "\"";

    public static string Quote(TableName name) => Quote(name.Schema) + "." + Quote(name.Table);

    /// <summary>
    /// Start of the names of our own tables: <c>_failback_17</c> becomes <c>FAILBACK_17</c>, so that people need no quotes. Oracle's names
    /// begin with a letter and, unless quoted, are in upper case.
    /// </summary>
    public static string Prefix(string stagingSchema) => stagingSchema.TrimStart('_').ToUpperInvariant();
}
