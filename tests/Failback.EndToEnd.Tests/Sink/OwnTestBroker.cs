using Failback.EndToEnd.Tests.Healing;
using Xunit;

namespace Failback.EndToEnd.Tests.Sink;

/// <summary>A broker for the tests of one class, which leave it as they found it.</summary>
public sealed class OwnTestBroker : IAsyncLifetime, IHealingFixture
{
    private TestBroker? _broker;

    internal TestBroker Broker => _broker ?? throw new InvalidOperationException("the broker is not started");

    public async ValueTask InitializeAsync() => _broker = await TestBroker.OwnAsync();

    public Task<IReadOnlyList<string>> HealAsync() => Broker.HealAsync();

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null) await _broker.DisposeAsync();
    }
}
