using Failback.Contracts;
using Failback.Messaging.Publishing;

namespace Failback.Sink.Reading;

/// <summary>Rows of one request for one queue, in request order.</summary>
/// <param name="Queue">Where they go.</param>
/// <param name="UnknownTopic">The topic, when the failback does not know its table.</param>
/// <param name="Rows">Where they lie in the body.</param>
internal sealed record TableRows(string Queue, string? UnknownTopic, List<RowSlice> Rows)
{
    /// <summary>Where the rows lie, when that is not the request's body: a userscript made them.</summary>
    public SharedBody? Body { get; init; }
}

/// <summary>What a body says: rows by table, or a resolved timestamp.</summary>
internal sealed record ChangefeedBody(IReadOnlyList<TableRows> Tables, int RowCount, HlcTimestamp? Resolved)
{
    /// <summary>Rows that a userscript dropped and no table of the failback counts.</summary>
    public int Uncounted { get; init; }
}
