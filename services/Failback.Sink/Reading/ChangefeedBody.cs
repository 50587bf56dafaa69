using Failback.Contracts;
using Failback.Messaging.Publishing;

namespace Failback.Sink.Reading;

/// <summary>The rows of one request for one queue, in request order.</summary>
/// <param name="Queue">Queue that the rows are published to.</param>
/// <param name="UnknownTopic">Topic of the rows when the failback has no table for it; null otherwise.</param>
/// <param name="Rows">Places of the rows in <see cref="Body"/> or, where that is null, in the request's body.</param>
internal sealed record TableRows(string Queue, string? UnknownTopic, List<RowSlice> Rows)
{
    /// <summary>Bytes that the rows lie in when a userscript made them; null: the request's body.</summary>
    public SharedBody? Body { get; init; }
}

/// <summary>The content of one request: rows by table, or a resolved timestamp.</summary>
internal sealed record ChangefeedBody(IReadOnlyList<TableRows> Tables, int RowCount, HlcTimestamp? Resolved)
{
    /// <summary>Latest timestamp of the body: the newest row's, or the resolved one.</summary>
    public HlcTimestamp Latest { get; init; }

    /// <summary>Rows that a userscript dropped and no table of the failback counts.</summary>
    public int Uncounted { get; init; }
}
