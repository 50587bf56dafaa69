using System.Collections.Concurrent;

namespace Failback.Contracts.Control;

/// <summary>
/// Finds the table that a name means. A name has one to three parts, quoted or not. The parts that it and a table's name both have must be
/// equal, compared from the last. An exact match wins over a match in another case, more equal parts win over fewer. Topics of a changefeed
/// and names in userscripts are found by it, everywhere.
/// </summary>
public sealed class RouteFinder
{
    /// <summary>
    /// Distinct names that are remembered; a changefeed or a script has a few hundred. The bound keeps invented names from filling the
    /// memory.
    /// </summary>
    private const int MaxRemembered = 4096;

    private readonly (TableName Name, TableRoute Route)[] _tables;
    private readonly ConcurrentDictionary<string, TableRoute?> _known = new(StringComparer.Ordinal);

    /// <param name="tables">Tables of the failback.</param>
    /// <param name="nameOf">The name by which a table is found: at the source, or in the target.</param>
    /// <exception cref="FormatException">A name of a table is none.</exception>
    public RouteFinder(IEnumerable<TableRoute> tables, Func<TableRoute, string> nameOf) =>
        _tables = [.. tables.Select(table => (TableName.Parse(nameOf(table)), table))];

    /// <summary>Returns the table that a name means, or null when none or more than one does.</summary>
    public TableRoute? Find(string text)
    {
        if (_known.TryGetValue(text, out TableRoute? route)) return route;
        if (!TableName.TryParse(text, out TableName name)) name = new TableName("", "", text);
        route = Best(text, name, StringComparison.Ordinal) ?? Best(text, name, StringComparison.OrdinalIgnoreCase);
        if (_known.Count < MaxRemembered) _known[text] = route;
        return route;
    }

    private TableRoute? Best(string text, TableName name, StringComparison comparison)
    {
        int best = 0;
        TableRoute? found = null;
        foreach ((TableName table, TableRoute route) in _tables)
        {
            int parts = Parts(text, name, table, comparison);
            if (parts == 0 || parts < best) continue;
            // Two tables that match equally well are ambiguous: the row is treated as unknown instead of going to the wrong table.
            found = parts > best ? route : null;
            best = parts;
        }

        return found;
    }

    /// <summary>Returns the number of equal parts, or 0 when a part that both have differs.</summary>
    private static int Parts(string text, TableName name, TableName table, StringComparison comparison)
    {
        // A name with a dot in it arrives without quotes from servers that print bare names.
        if (string.Equals(text, table.Table, comparison)) return 1;
        if (!string.Equals(name.Table, table.Table, comparison)) return 0;
        if (name.Schema.Length == 0 || table.Schema.Length == 0) return 1;
        if (!string.Equals(name.Schema, table.Schema, comparison)) return 0;
        if (name.Database.Length == 0 || table.Database.Length == 0) return 2;
        return string.Equals(name.Database, table.Database, comparison) ? 3 : 0;
    }
}
