using System.Text;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Messaging.Broker;
using Failback.Messaging.Topology;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>A row as the queue has it; <paramref name="AfterBytes"/> is all that is kept of its content.</summary>
internal sealed record QueuedRow(string Key, HlcTimestamp Updated, int AfterBytes, string? Topic);

/// <summary>
/// Everything in a queue, in order, and checked against the contract: numbers without a gap, right totals, whole fragments.
/// </summary>
internal sealed class QueueContents
{
    private readonly Dictionary<string, (long Sequence, long Total)> _publishers = new(StringComparer.Ordinal);
    private List<byte[]> _fragments = [];
    private bool _fromTheStart;

    public List<QueuedRow> Rows { get; } = [];

    public List<string> Resolved { get; } = [];

    public int Messages { get; private set; }

    public int Publishers => _publishers.Count;

    /// <summary>Reads the queue to its end and leaves it empty.</summary>
    /// <param name="broker">Where it is.</param>
    /// <param name="queue">Its name.</param>
    /// <param name="fromTheStart">False when earlier messages of the same publisher were already taken out.</param>
    public static async Task<QueueContents> DrainAsync(TestBroker broker, string queue, bool fromTheStart = true)
    {
        var contents = new QueueContents { _fromTheStart = fromTheStart };
        await using IConnection connection = await broker.Connections.OpenAsync("test", CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.BasicQosAsync(0, 200, false);
        var consumer = new AsyncEventingBasicConsumer(channel);
        Exception? failure = null;
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            try
            {
                if (failure is null) contents.Add(delivery.BasicProperties, delivery.Body.ToArray());
            }
            catch (Exception e)
            {
                failure = e;
            }

            await channel.BasicAckAsync(delivery.DeliveryTag, false);
        };
        await channel.BasicConsumeAsync(queue, false, consumer);

        // The broker counts no message that is on its way to a reader, hence the seconds of silence: one of several megabytes takes a while
        // on a busy machine.
        (int before, int quiet) = (0, 0);
        await Wait.UntilAsync(
            async () =>
            {
                await Task.Delay(100);
                quiet = contents.Messages == before ? quiet + 1 : 0;
                before = contents.Messages;
                return failure is not null
                    || (quiet >= 30 && await TableQueueTopology.CheckAsync(connection, queue, CancellationToken.None) is { Messages: 0 });
            },
            () => $"{queue} does not become empty");
        if (failure is not null) throw failure;
        return contents;
    }

    private void Add(IReadOnlyBasicProperties properties, byte[] body)
    {
        Messages++;
        IDictionary<string, object?> headers = properties.Headers!;
        string publisher = Text(headers[MessageHeaders.Publisher]);
        long sequence = (long)headers[MessageHeaders.Sequence]!;
        int rows = (int)headers[MessageHeaders.Rows]!;
        long total = (long)headers[MessageHeaders.Total]!;
        if (_fromTheStart || _publishers.ContainsKey(publisher))
        {
            (long lastSequence, long lastTotal) = _publishers.GetValueOrDefault(publisher);
            Assert.Equal(lastSequence + 1, sequence);
            Assert.Equal(lastTotal + rows, total);
        }

        Assert.Equal(1, headers[MessageHeaders.Version]);
        Assert.True(properties.Persistent);
        _publishers[publisher] = (sequence, total);
        string? topic = headers.TryGetValue(MessageHeaders.Topic, out object? value) ? Text(value) : null;
        switch (properties.Type)
        {
            case MessageTypes.Rows:
                Assert.InRange(body.Length, 1, MessageTypes.CutBytes);
                Assert.Equal(rows, AddRows(body, topic));
                break;
            case MessageTypes.Fragment:
                AddFragment(headers, body, rows, topic);
                break;
            default:
                Assert.Equal(MessageTypes.Resolved, properties.Type);
                Assert.Equal(0, rows);
                Resolved.Add(Encoding.ASCII.GetString(body));
                break;
        }
    }

    private void AddFragment(IDictionary<string, object?> headers, byte[] body, int rows, string? topic)
    {
        int index = (int)headers[MessageHeaders.FragmentIndex]!;
        int count = (int)headers[MessageHeaders.FragmentCount]!;
        Assert.InRange(count, 2, MessageTypes.MaxFragments);
        if (index == 0) _fragments = [];
        Assert.Equal(_fragments.Count, index);
        _fragments.Add(body);
        Assert.Equal(index == count - 1 ? 1 : 0, rows);
        if (rows == 1) Assert.Equal(1, AddRows(_fragments.SelectMany(part => part).ToArray(), topic));
    }

    private int AddRows(ReadOnlyMemory<byte> body, string? topic)
    {
        int count = 0;
        for (; !body.IsEmpty; count++)
        {
            RowFrame row = RowFrame.Read(ref body);
            Rows.Add(new QueuedRow(Encoding.UTF8.GetString(row.Key.Span), row.Updated, row.After.Length, topic));
        }

        return count;
    }

    private static string Text(object? value) => Encoding.UTF8.GetString((byte[])value!);
}
