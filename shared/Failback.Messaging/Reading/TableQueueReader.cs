using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Failback.Contracts;
using Failback.Messaging.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Failback.Messaging.Reading;

/// <summary>
/// Reads the queues of one group in their order, with one channel per queue on a connection of its own. It never rejects a message
/// and never cancels a consumer: both would let the broker pass messages on while this reader still holds earlier ones. A queue is
/// handed over by closing its channel. The prefetch is one constant for every replica and release: a smaller one after a crash
/// would reorder the messages that a quorum queue returns.
/// </summary>
public sealed class TableQueueReader : IAsyncDisposable
{
    /// <summary>Most unacknowledged messages per queue.</summary>
    public const ushort Prefetch = 2000;

    /// <summary>Short, so that the queues of a frozen or disconnected process pass to another one within ten seconds.</summary>
    internal static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    /// <summary>Approximate bytes of a message on the wire beside its body.</summary>
    private const int FrameBytes = 400;

    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Wait for a reply that stands behind deliveries for a slow target. A broker that is gone is noticed by the heartbeat.
    /// </summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromDays(1);

    private readonly Channel<QueueDelivery> _deliveries = Channel.CreateUnbounded<QueueDelivery>();
    private readonly List<IChannel> _channels = [];
    private readonly IConnection _connection;
    private readonly MemoryShare _memory;
    private readonly Lock _gate = new();
    private Task? _closed;
    private volatile bool _closing;

    private TableQueueReader(IConnection connection, MemoryShare memory)
    {
        _connection = connection;
        _memory = memory;
    }

    /// <summary>True when a message can be read.</summary>
    public bool HasMore => _deliveries.Reader.TryPeek(out _);

    /// <summary>
    /// Attaches to every queue. The broker delivers from a queue as soon as no other reader holds it, independent of the other
    /// queues.
    /// </summary>
    /// <exception cref="BrokerUnavailableException">The broker cannot be reached.</exception>
    /// <exception cref="QueueMissingException">A queue does not exist.</exception>
    public static async Task<TableQueueReader> AttachAsync(
        BrokerConnections connections, IReadOnlyList<string> queues, MemoryShare memory, TimeProvider time,
        CancellationToken cancellationToken)
    {
        PacedTcpClient Socket(AddressFamily family) =>
            new(new Socket(family, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, memory, time);
        TableQueueReader? reader = null;
        try
        {
            reader = new TableQueueReader(await connections.OpenAsync("failback-applier", cancellationToken, Heartbeat, Socket), memory);
            foreach (string queue in queues) await reader.OpenAsync(queue, cancellationToken);
            // Not awaited: the replies for later queues come behind the first deliveries, and the owner must take those first.
            for (int i = 0; i < queues.Count; i++) _ = reader.ConsumeAsync(i, queues[i]);
            return reader;
        }
        catch (Exception e)
        {
            if (reader is not null) await reader.DisposeAsync();
            if (BrokerUnavailableException.Covers(e)) throw BrokerUnavailableException.Of(e);
            throw;
        }
    }

    /// <summary>Returns the next message, in the order of its queue.</summary>
    public bool TryRead([NotNullWhen(true)] out QueueDelivery? delivery)
    {
        if (!_deliveries.Reader.TryRead(out delivery)) return false;
        _memory.CountUnread(-delivery.Body.Length);
        return true;
    }

    /// <summary>Completes when a message can be read; false once the reader is closed.</summary>
    /// <exception cref="BrokerUnavailableException">
    /// A channel was lost: messages that were read and not acknowledged belong to the next reader.
    /// </exception>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _deliveries.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// Acknowledges a message, and with <paramref name="multiple"/> all messages delivered before it from the same queue.
    /// </summary>
    /// <exception cref="BrokerUnavailableException">The channel was lost.</exception>
    public async ValueTask AckAsync(int queue, ulong tag, bool multiple, CancellationToken cancellationToken)
    {
        try
        {
            await _channels[queue].BasicAckAsync(tag, multiple, cancellationToken);
        }
        catch (Exception e) when (BrokerUnavailableException.Covers(e))
        {
            throw BrokerUnavailableException.Of(e);
        }
    }

    /// <summary>
    /// Closes the channels, by which unacknowledged messages return to their queues in order, then the connection, at once when a
    /// channel does not close. May be called again, also concurrently.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate) return new ValueTask(_closed ??= CloseAsync());
    }

    private async Task CloseAsync()
    {
        _closing = true;
        _deliveries.Writer.TryComplete();
        try
        {
            using var timeout = new CancellationTokenSource(CloseTimeout);
            foreach (IChannel channel in _channels.Where(c => c.IsOpen))
                await channel.CloseAsync(timeout.Token).WaitAsync(CloseTimeout, CancellationToken.None);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or IOException or RabbitMQClientException)
        {
            // Discarding the connection returns the messages as well.
            _ = e;
        }

        BrokerConnections.Discard(_connection);
        // Messages that were not taken give their memory back; the broker delivers them to the next reader.
        while (TryRead(out QueueDelivery? delivery)) delivery.Drop();
    }

    private async Task OpenAsync(string name, CancellationToken cancellationToken)
    {
        IChannel channel = await _connection.CreateChannelAsync(cancellationToken: cancellationToken);
        _channels.Add(channel);
        // A reader must not create queues: their arguments are control's business.
        try
        {
            await channel.QueueDeclarePassiveAsync(name, cancellationToken);
        }
        catch (OperationInterruptedException e)
        when (e.ShutdownReason is { ReplyCode: Constants.NotFound } reason
            && reason.ReplyText.Contains(QueueMissingException.Words, StringComparison.Ordinal))
        {
            throw new QueueMissingException(name);
        }

        channel.ChannelShutdownAsync += (_, reason) =>
        {
            Lose($"channel of {name} closed: {reason.ReplyCode} {reason.ReplyText}");
            return Task.CompletedTask;
        };
        await channel.BasicQosAsync(0, Prefetch, global: false, cancellationToken);
    }

    private async Task ConsumeAsync(int queue, string name)
    {
        IChannel channel = _channels[queue];
        channel.ContinuationTimeout = LongestAnswer;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            Take(queue, message);
            return Task.CompletedTask;
        };
        consumer.UnregisteredAsync += (_, _) =>
        {
            Lose($"the broker cancelled the consumer of {name}");
            return Task.CompletedTask;
        };
        try
        {
            await channel.BasicConsumeAsync(name, autoAck: false, consumer);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException or IOException or RabbitMQClientException)
        {
            Lose($"no consumer of {name}: {e.Message}");
        }
    }

    private void Take(int queue, BasicDeliverEventArgs message)
    {
        _memory.CountArriving(-(message.Body.Length + FrameBytes));
        try
        {
            QueueDelivery delivery = Read(queue, message, _memory);
            _memory.CountUnread(delivery.Body.Length);
            // Fails once the reader is closed or has failed: the message is not acknowledged and stays in its queue.
            if (_deliveries.Writer.TryWrite(delivery)) return;
            _memory.CountUnread(-delivery.Body.Length);
            delivery.Drop();
        }
        catch (UnreadableMessageException e)
        {
            // Reading ends here: no message after an unreadable one may be applied.
            _deliveries.Writer.TryComplete(e);
        }
    }

    private static QueueDelivery Read(int queue, BasicDeliverEventArgs message, MemoryShare memory)
    {
        IReadOnlyBasicProperties properties = message.BasicProperties;
        IDictionary<string, object?> headers = properties.Headers ?? new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Number(headers, MessageHeaders.Version) != MessageHeaders.CurrentVersion)
            throw new UnreadableMessageException("a message of another format is in the queue: run appliers of the sinks' release");
        int rows = (int)Number(headers, MessageHeaders.Rows);
        var delivery = new QueueDelivery
        {
            Queue = queue,
            Tag = message.DeliveryTag,
            Type = properties.Type ?? "",
            Publisher = Text(headers, MessageHeaders.Publisher),
            Sequence = Number(headers, MessageHeaders.Sequence),
            Rows = rows,
            Total = Number(headers, MessageHeaders.Total),
            PublishedAt = properties.Timestamp.UnixTime > 0 ? DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime) : null,
            Traces = headers.TryGetValue(MessageHeaders.Traces, out object? traces) && traces is byte[] text
                ? Encoding.ASCII.GetString(text)
                : null,
            Fragment = properties.Type == MessageTypes.Fragment ? FragmentOf(headers) : null,
            Buffer = memory.Rent(message.Body.Length, rows),
        };
        message.Body.CopyTo(delivery.Buffer.Memory);
        return delivery;
    }

    private static Fragment FragmentOf(IDictionary<string, object?> headers) => new(
        Text(headers, MessageHeaders.FragmentId),
        (int)Number(headers, MessageHeaders.FragmentIndex),
        (int)Number(headers, MessageHeaders.FragmentCount),
        HlcTimestamp.TryParse(Text(headers, MessageHeaders.Updated), out HlcTimestamp updated)
            ? updated
            : throw new UnreadableMessageException("a fragment without version is in the queue"));

    private static string Text(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out object? value) && value is byte[] bytes
        ? Encoding.UTF8.GetString(bytes)
        : throw new UnreadableMessageException($"a message without {name} is in the queue");

    private static long Number(IDictionary<string, object?> headers, string name) =>
        headers.TryGetValue(name, out object? value) && value is IConvertible number
            ? number.ToInt64(CultureInfo.InvariantCulture)
            : throw new UnreadableMessageException($"a message without {name} is in the queue");

    private void Lose(string reason)
    {
        if (!_closing) _deliveries.Writer.TryComplete(new BrokerUnavailableException(reason));
    }
}
