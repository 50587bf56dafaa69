using Failback.Messaging.Topology;
using Xunit;

namespace Failback.Tests.Messaging;

public sealed class TableQueueTopologyTests
{
    [Theory]
    [InlineData("3.10.8", false, false)]
    [InlineData("3.12.0", false, true)]
    [InlineData("3.13.7", false, true)]
    [InlineData("4.0.5", true, true)]
    [InlineData("4.3.6", true, true)]
    [InlineData("0.0", false, false)]
    public void Sets_only_what_the_server_understands_as_meant(string server, bool deliveryLimit, bool consumerTimeout)
    {
        Dictionary<string, object?> arguments = TableQueueTopology.Arguments(Version.Parse(server), new TableQueueOptions());
        Assert.Equal(deliveryLimit, arguments.ContainsKey("x-delivery-limit"));
        Assert.Equal(consumerTimeout, arguments.ContainsKey("x-consumer-timeout"));
        Assert.Equal("quorum", arguments["x-queue-type"]);
        Assert.Equal("reject-publish", arguments["x-overflow"]);
    }
}
