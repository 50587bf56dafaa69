using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>A question put to all appliers without the client that takes the first answer, so that every answer is seen.</summary>
internal sealed class StrangeQuestion : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _replies = $"replies-{Guid.NewGuid():N}";
    private readonly string _id = Guid.NewGuid().ToString();
    private readonly List<JsonNode> _answers = [];

    private StrangeQuestion(IConnection connection, IChannel channel)
    {
        _connection = connection;
        _channel = channel;
    }

    /// <summary>What came back so far.</summary>
    public IReadOnlyList<JsonNode> Answers
    {
        get
        {
            lock (_answers) return [.. _answers];
        }
    }

    public static async Task<StrangeQuestion> OpenAsync(Uri broker)
    {
        IConnection connection = await new ConnectionFactory { Uri = broker }.CreateConnectionAsync();
        var question = new StrangeQuestion(connection, await connection.CreateChannelAsync());
        await question.ListenAsync();
        return question;
    }

    /// <summary>
    /// Publishes the question in the envelope that MassTransit reads, each time under the same id, as the client repeats its own.
    /// https://masstransit.io/documentation/concepts/messages
    /// </summary>
    public async Task PublishAsync(string type, object message)
    {
        string address = $"exchange:{_replies}?durable=false&autodelete=true";
        string body = JsonSerializer.Serialize(
            new
            {
                messageId = _id,
                requestId = _id,
                correlationId = _id,
                responseAddress = address,
                messageType = new[] { $"urn:message:{type}" },
                message,
            },
            JsonSerializerOptions.Web);
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json" };
        await _channel.BasicPublishAsync(type, "", mandatory: false, properties, System.Text.Encoding.UTF8.GetBytes(body));
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        QueueDeclareOk queue = await _channel.QueueDeclareAsync();
        await _channel.ExchangeDeclareAsync(_replies, ExchangeType.Fanout, durable: false, autoDelete: true);
        await _channel.QueueBindAsync(queue.QueueName, _replies, "");
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            lock (_answers) _answers.Add(JsonNode.Parse(delivery.Body.Span)!["message"]!);
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(queue.QueueName, autoAck: true, consumer);
    }
}
