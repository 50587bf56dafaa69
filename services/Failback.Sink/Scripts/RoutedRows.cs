using System.Text;
using Failback.Messaging.Publishing;
using Failback.Sink.Reading;

namespace Failback.Sink.Scripts;

/// <summary>
/// Collects what a userscript made of one request, by queue: rows that lie in the request as received, and rows that lie in new bytes.
/// </summary>
internal sealed class RoutedRows(MadeBytes made)
{
    private const int LongestNote = 1000;

    private readonly OrderedDictionary<(string Queue, string? Topic, bool IsMade), List<RowSlice>> _queues = [];

    /// <summary>Rows dropped that no table of the failback counts.</summary>
    internal int Uncounted { get; set; }

    /// <summary>A row as received.</summary>
    internal void Keep(string queue, string? topic, RowSlice row) => Of(queue, topic, isMade: false).Add(row);

    /// <summary>A row with bytes of its own.</summary>
    internal void Make(
        string queue, string? topic, RowSlice version, ReadOnlySpan<byte> key, ReadOnlySpan<byte> after, ReadOnlySpan<byte> before) =>
        Of(queue, topic, isMade: true).Add(new RowSlice(version.Updated, made.Add(key), made.Add(after), made.Add(before)));

    /// <summary>A row that was dropped: its key travels to the table that counts it.</summary>
    internal void Drop(string queue, RowSlice row) =>
        Of(queue, null, isMade: false).Add(new RowSlice(row.Updated, row.Key, default, default) { IsMarked = true });

    /// <summary>
    /// A row that the script failed on travels as received, with the reason, to its own table, where it becomes a letter.
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

    /// <summary>The request as it is published.</summary>
    /// <param name="rows">Rows of the request.</param>
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
