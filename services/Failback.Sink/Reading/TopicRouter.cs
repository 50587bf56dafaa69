using System.Collections.Concurrent;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Sink.Reading;

/// <summary>
/// Finds the table of a topic. A topic has one to three parts, quoted or not. The parts that topic and definition both have must be
/// equal, compared from the last. An exact match wins over a match in another case, more equal parts win over fewer.
/// </summary>
internal sealed class TopicRouter
{
    /// <summary>
    /// Distinct topics that are remembered; a changefeed has a few hundred. The bound keeps invented topics from filling the
    /// memory.
    /// </summary>
    private const int MaxRemembered = 4096;

    private readonly (TableName Name, TableRoute Route)[] _tables;
    private readonly ConcurrentDictionary<string, TableRoute?> _known = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A source name is not a table name.</exception>
    internal TopicRouter(IEnumerable<TableRoute> tables) : this(tables, table => table.Source)
    {
    }

    private TopicRouter(IEnumerable<TableRoute> tables, Func<TableRoute, string> name) =>
        _tables = [.. tables.Select(table => (TableName.Parse(name(table)), table))];

    /// <summary>Returns a router by the names in the target, which userscripts use.</summary>
    internal static TopicRouter ByTarget(IEnumerable<TableRoute> tables) => new(tables, table => table.Target);

    /// <summary>Returns the table of a topic, or null when none or more than one matches.</summary>
    internal TableRoute? Find(string topic)
    {
        if (_known.TryGetValue(topic, out TableRoute? route)) return route;
        if (!TableName.TryParse(topic, out TableName name)) name = new TableName("", "", topic);
        route = Best(topic, name, StringComparison.Ordinal) ?? Best(topic, name, StringComparison.OrdinalIgnoreCase);
        if (_known.Count < MaxRemembered) _known[topic] = route;
        return route;
    }

    private TableRoute? Best(string topic, TableName name, StringComparison comparison)
    {
        int best = 0;
        TableRoute? found = null;
        foreach ((TableName source, TableRoute route) in _tables)
        {
            int parts = Parts(topic, name, source, comparison);
            if (parts == 0 || parts < best) continue;
            // Two tables that match equally well are ambiguous: the row is treated as unknown instead of going to the wrong table.
            found = parts > best ? route : null;
            best = parts;
        }

        return found;
    }

    /// <summary>Returns the number of equal parts, or 0 when a part that both have differs.</summary>
    private static int Parts(string topic, TableName name, TableName source, StringComparison comparison)
    {
        // A name with a dot in it arrives without quotes from servers that print bare names.
        if (string.Equals(topic, source.Table, comparison)) return 1;
        if (!string.Equals(name.Table, source.Table, comparison)) return 0;
        if (name.Schema.Length == 0 || source.Schema.Length == 0) return 1;
        if (!string.Equals(name.Schema, source.Schema, comparison)) return 0;
        if (name.Database.Length == 0 || source.Database.Length == 0) return 2;
        return string.Equals(name.Database, source.Database, comparison) ? 3 : 0;
    }
}
