using System.Collections.Concurrent;
using Failback.Contracts;
using Failback.Contracts.Control;

namespace Failback.Sink.Reading;

/// <summary>
/// Finds the table of a topic. A topic has one to three parts, quoted or not; the parts that topic and definition both have must be
/// equal, read from the last. Exact case wins over any other case, more common parts win over fewer.
/// </summary>
internal sealed class TopicRouter
{
    /// <summary>More distinct topics than this are not remembered; a changefeed has a few hundred.</summary>
    private const int MaxRemembered = 4096;

    private readonly (TableName Name, TableRoute Route)[] _tables;
    private readonly ConcurrentDictionary<string, TableRoute?> _known = new(StringComparer.Ordinal);

    /// <exception cref="FormatException">A source name is not a table name.</exception>
    internal TopicRouter(IEnumerable<TableRoute> tables) : this(tables, table => table.Source)
    {
    }

    private TopicRouter(IEnumerable<TableRoute> tables, Func<TableRoute, string> name) =>
        _tables = [.. tables.Select(table => (TableName.Parse(name(table)), table))];

    /// <summary>The same by the names in the target, as userscripts call their tables.</summary>
    internal static TopicRouter ByTarget(IEnumerable<TableRoute> tables) => new(tables, table => table.Target);

    /// <summary>The table; null when none, or more than one, fits.</summary>
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
            found = parts > best ? route : null;
            best = parts;
        }

        return found;
    }

    /// <summary>Number of equal parts; 0 when a part that both have differs.</summary>
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
