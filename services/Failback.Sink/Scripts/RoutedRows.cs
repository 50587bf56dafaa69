using System.Text;
using Failback.Contracts.Rows;
using Failback.Messaging.Publishing;
using Failback.Sink.Reading;

namespace Failback.Sink.Scripts;

/// <summary>
/// Collects the rows that a userscript returns for one request, by queue. Rows that lie in the request as received and rows in new
/// bytes are kept apart, because each published list refers to one buffer.
/// </summary>
internal sealed class RoutedRows(MadeBytes made)
{
    private const int LongestNote = 1000;

    private readonly OrderedDictionary<(string Queue, string? Topic, bool IsMade), List<RowSlice>> _queues = [];

    /// <summary>Number of dropped rows that no table of the failback counts.</summary>
    internal int Uncounted { get; set; }

    /// <summary>Adds a row as received.</summary>
    internal void Keep(string queue, string? topic, RowSlice row) => Of(queue, topic, isMade: false).Add(row);

    /// <summary>Adds a row with bytes of its own.</summary>
    internal void Make(string queue, string? topic, in RowFrame row) =>
        Of(queue, topic, isMade: true).Add(
            new RowSlice(row.Updated, made.Add(row.Key.Span), made.Add(row.After.Span), made.Add(row.Before.Span)));

    /// <summary>Adds the key of a dropped row: the row's own table counts it.</summary>
    internal void Drop(string queue, RowSlice row) =>
        Of(queue, null, isMade: false).Add(new RowSlice(row.Updated, row.Key, default, default) { IsMarked = true });

    /// <summary>
    /// Adds a row that the script failed on, as received and with the reason. It goes to its own table, where it becomes a letter.
    /// </summary>
    internal void Fail(string queue, RowSlice row, ReadOnlySpan<byte> body, string reason)
    {
        string note = reason.Length > LongestNote ? reason[..LongestNote] + "…" : reason;
        Of(queue, null, isMade: true).Add(new RowSlice(row.Updated, Copy(row.Key, body), Copy(row.After, body), Copy(row.Before, body))
        {
            IsMarked = true,
            Note = made.Add(Encoding.UTF8.GetBytes(note)),
        });
    }

    /// <summary>Returns the request in the form in which it is published.</summary>
    /// <param name="rows">Number of rows in the request.</param>
    internal ChangefeedBody Complete(int rows) =>
        new([.. _queues.Select(
            queue => new TableRows(queue.Key.Queue, queue.Key.Topic, queue.Value) { Body = queue.Key.IsMade ? made.Body : null })], rows,
            null)
        { Uncounted = Uncounted };

    private ByteRange Copy(ByteRange range, ReadOnlySpan<byte> body) => made.Add(body.Slice(range.Start, range.Length));

    private List<RowSlice> Of(string queue, string? topic, bool isMade)
    {
        if (!_queues.TryGetValue((queue, topic, isMade), out List<RowSlice>? rows)) _queues[(queue, topic, isMade)] = rows = [];
        return rows;
    }
}
