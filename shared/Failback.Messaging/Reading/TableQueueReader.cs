using System.Buffers;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Failback.Contracts;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Failback.Messaging.Reading;

/// <summary>
/// Reads table queues in their order, one channel each on a shared connection. It never nacks and never cancels: both would let the
/// broker hand messages on while this reader still holds earlier ones. Handing a queue over is closing its channel.
/// The prefetch is one constant for every replica and release: a smaller one after a crash reorders what a quorum queue returns.
/// </summary>
public sealed class TableQueueReader : IAsyncDisposable
{
    /// <summary>Messages held unacknowledged per queue at most.</summary>
    public const ushort Prefetch = 128;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);

    private readonly Channel<QueueDelivery> deliveries = Channel.CreateUnbounded<QueueDelivery>(new UnboundedChannelOptions { SingleReader = true });
    private readonly List<IChannel> channels = [];
    private readonly IConnection connection;
    private volatile bool closing;

    private TableQueueReader(IConnection connection) => this.connection = connection;

    /// <summary>Messages in the order of their queue. Completes with an error when a channel is lost: whatever was read and not acknowledged
    /// then belongs to the next reader.</summary>
    public ChannelReader<QueueDelivery> Deliveries => deliveries.Reader;

    /// <summary>Attaches to every queue; the broker delivers from a queue once no other reader holds it.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">A queue does not exist.</exception>
    public static async Task<TableQueueReader> AttachAsync(IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var reader = new TableQueueReader(connection);
        try
        {
            for (int i = 0; i < queues.Count; i++) await reader.ConsumeAsync(i, queues[i], cancellationToken);
            return reader;
        }
        catch
        {
            await reader.DisposeAsync();
            throw;
        }
    }

    /// <summary>Acknowledges a message, with everything delivered before it from the same queue when told so.</summary>
    public ValueTask AckAsync(int queue, ulong tag, bool multiple, CancellationToken cancellationToken) =>
        channels[queue].BasicAckAsync(tag, multiple, cancellationToken);

    /// <summary>Closes the channels; unacknowledged messages go back in order. A channel that does not close takes the connection with it.</summary>
    public async ValueTask DisposeAsync()
    {
        closing = true;
        deliveries.Writer.TryComplete();
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout);
            foreach (IChannel channel in channels.Where(c => c.IsOpen)) await channel.CloseAsync(timeout.Token).WaitAsync(CloseTimeout, CancellationToken.None);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            BrokerConnections.Discard(connection);
        }

        while (deliveries.Reader.TryRead(out QueueDelivery? delivery)) delivery.Drop();
    }

    private async Task ConsumeAsync(int queue, string name, CancellationToken cancellationToken)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        channels.Add(channel);
        await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            Take(queue, message);
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            Lose($"channel of {name} closed: {reason.ReplyCode} {reason.ReplyText}");
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) =>
        {
            Lose($"the broker cancelled the consumer of {name}");
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(name, autoAck: false, consumer, cancellationToken);
    }

    private void Take(int queue, BasicDeliverEventArgs message)
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Math.Max(1, message.Body.Length));
        message.Body.CopyTo(rented);
        try
        {
            QueueDelivery delivery = Read(queue, message, rented);
            if (!deliveries.Writer.TryWrite(delivery)) delivery.Drop();
        }
        catch (UnreadableMessageException e)
        {
            deliveries.Writer.TryComplete(e);
        }
    }

    private static QueueDelivery Read(int queue, BasicDeliverEventArgs message, byte[] rented)
    {
        IReadOnlyBasicProperties properties = message.BasicProperties;
        IDictionary<string, object?> headers = properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Number(headers, MessageHeaders.Version) != MessageHeaders.CurrentVersion)
            throw new UnreadableMessageException("a message of another format is in the queue: run appliers of the sinks' release");
        return new QueueDelivery
        {
            Queue = queue,
            Tag = message.DeliveryTag,
            Type = properties.Type ?? "",
            Publisher = Text(headers, MessageHeaders.Publisher),
            Sequence = Number(headers, MessageHeaders.Sequence),
            Rows = (int)Number(headers, MessageHeaders.Rows),
            Total = Number(headers, MessageHeaders.Total),
            PublishedAt = properties.Timestamp.UnixTime > 0 ? DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime) : null,
            Fragment = properties.Type == MessageTypes.Fragment ? FragmentOf(headers) : null,
            Body = rented.AsMemory(0, message.Body.Length),
            Rented = rented,
        };
    }

    private static Fragment FragmentOf(IDictionary<string, object?> headers) => new(
        Text(headers, MessageHeaders.FragmentId),
        (int)Number(headers, MessageHeaders.FragmentIndex),
        (int)Number(headers, MessageHeaders.FragmentCount),
        HlcTimestamp.TryParse(Text(headers, MessageHeaders.Updated), out HlcTimestamp updated)
            ? updated
            : throw new UnreadableMessageException("a fragment without version is in the queue"));

    private static string Text(IDictionary<string, object?> headers, string name) => headers.TryGetValue(name, out object? value) && value is byte[] bytes
        ? Encoding.UTF8.GetString(bytes)
        : throw new UnreadableMessageException($"a message without {name} is in the queue");

    private static long Number(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out object? value) && value is IConvertible number
            ? number.ToInt64(CultureInfo.InvariantCulture)
            : throw new UnreadableMessageException($"a message without {name} is in the queue");

    private void Lose(string reason)
    {
        if (!closing) deliveries.Writer.TryComplete(new IOException(reason));
    }
}
