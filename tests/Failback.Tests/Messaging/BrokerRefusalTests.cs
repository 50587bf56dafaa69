using Failback.Messaging.Broker;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using Xunit;

namespace Failback.Tests.Messaging;

/// <summary>What the broker refused is said, however deep the client has wrapped it.</summary>
public sealed class BrokerRefusalTests
{
    [Theory]
    [InlineData(403, "refuses the login")]
    [InlineData(530, "virtual host")]
    [InlineData(320, "cannot be reached")]
    public void A_connection_that_the_broker_closed_is_told_by_its_code(ushort code, string part)
    {
        var refused = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, code, "text"));
        Exception[] forms = [refused, new BrokerUnreachableException(refused), new AggregateException(new IOException(), refused)];
        foreach (Exception e in forms)
            Assert.Contains(part, BrokerRefusal.Of(e), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_password_is_told_from_a_server_that_is_away()
    {
        Assert.Contains("refuses the login", BrokerRefusal.Of(new BrokerUnreachableException(new AuthenticationFailureException("no"))),
            StringComparison.Ordinal);
        Assert.Equal("the broker cannot be reached", BrokerRefusal.Of(new BrokerUnreachableException(new IOException("closed"))));
    }
}
