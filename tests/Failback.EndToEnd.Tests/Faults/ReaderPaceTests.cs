using Failback.EndToEnd.Tests.Sink;
using Failback.Messaging.Broker;
using Failback.Messaging.Reading;
using Failback.Messaging.Topology;
using RabbitMQ.Client;
using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// A reader whose owner takes nothing leaves the bytes at the broker, whatever the prefetch allows, and keeps its queues.
/// </summary>
public sealed class ReaderPaceTests
{
    private const int Messages = 256;
    private const int MessageBytes = 128 * 1024;
    private const long Budget = 8L << 20;

    [Fact]
    public async Task A_reader_that_is_not_read_holds_little_and_loses_nothing()
    {
        await using TestBroker broker = TestBroker.Shared();
        string[] queues = [$"pace.{Guid.NewGuid():N}", $"pace.{Guid.NewGuid():N}"];
        await broker.DeclareAsync(queues);
        foreach (string queue in queues) await FillAsync(broker, queue);
        using var memory = new MemoryShare(new MemoryBudget(Budget));
        await using (TableQueueReader reader = await TableQueueReader.AttachAsync(
            broker.Connections, queues, memory, TimeProvider.System, CancellationToken.None))
        {
            Assert.True(await reader.WaitAsync(CancellationToken.None));
            // Several heartbeats: a connection that is not read at all would be given up by either side.
            await Task.Delay(TimeSpan.FromSeconds(12));
            Assert.InRange(memory.Used, memory.ReadAhead, Budget);

            long[] next = new long[queues.Length];
            for (int i = 0; i < queues.Length * Messages; i++)
            {
                QueueDelivery? delivery;
                while (!reader.TryRead(out delivery)) Assert.True(await reader.WaitAsync(CancellationToken.None));
                Assert.Equal(++next[delivery.Queue], delivery.Sequence);
                await reader.AckAsync(delivery.Queue, delivery.Tag, multiple: false, CancellationToken.None);
                delivery.Drop();
            }

            Assert.Equal(0, memory.Used);
        }

        await using IConnection connection = await broker.Connections.OpenAsync("test", CancellationToken.None);
        await TableQueueTopology.DeleteAsync(connection, queues, CancellationToken.None);
    }

    private static async Task FillAsync(TestBroker broker, string queue)
    {
        await using IConnection connection = await broker.Connections.OpenAsync("test", CancellationToken.None);
        await using IChannel channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        var body = new byte[MessageBytes];
        for (long i = 1; i <= Messages; i++)
        {
            var properties = new BasicProperties
            {
                Type = MessageTypes.Rows,
                Headers = new Dictionary<string, object?>
                {
                    [MessageHeaders.Version] = MessageHeaders.CurrentVersion,
                    [MessageHeaders.Publisher] = "pace",
                    [MessageHeaders.Sequence] = i,
                    [MessageHeaders.Rows] = 1,
                    [MessageHeaders.Total] = i,
                },
            };
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
        }
    }
}
