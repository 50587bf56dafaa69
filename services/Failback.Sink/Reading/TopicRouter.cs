using Failback.Contracts.Control;

namespace Failback.Sink.Reading;

/// <summary>Finds the table of a topic by its name at the source.</summary>
/// <param name="tables">Tables of the failback.</param>
internal sealed class TopicRouter(IEnumerable<TableRoute> tables)
{
    private readonly RouteFinder _sources = new(tables, table => table.Source);

    /// <summary>Returns the table of a topic, or null when none or more than one matches.</summary>
    internal TableRoute? Find(string topic) => _sources.Find(topic);
}
