using Failback.EndToEnd.Tests.Healing;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests;

/// <summary>One running stack for all tests of a class.</summary>
public class StackFixture : IAsyncLifetime, IHealingFixture
{
    private FailbackStack? _stack;

    public FailbackStack Stack => _stack ?? throw new InvalidOperationException("the stack is not started");

    protected virtual StackOptions Options => new();

    public virtual async ValueTask InitializeAsync() => _stack = await FailbackStack.StartAsync(Options);

    public virtual Task<IReadOnlyList<string>> HealAsync() => OrAnewAsync(() => Stack.HealAsync());

    public Task<IReadOnlyList<string>> SweepAsync() => OrAnewAsync(() => Stack.SweepAsync());

    public virtual async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A stack that cannot be mended is replaced: its test is over, and the next one knows nothing of it.</summary>
    private async Task<IReadOnlyList<string>> OrAnewAsync(Func<Task<IReadOnlyList<string>>> mend)
    {
        try
        {
            return await mend();
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException || BrokenCall.IsWithoutResult(e))
        {
            FailbackStack broken = Stack;
            _stack = await FailbackStack.StartAsync(Options);
            await broken.DisposeAsync();
            return [$"a new stack, as the old one could not be mended: {e.Message}"];
        }
    }
}

/// <summary>Three appliers and two sinks.</summary>
public sealed class ReplicatedStackFixture : StackFixture
{
    protected override StackOptions Options => new(Sinks: 2, Appliers: 3);
}

/// <summary>A stack with a broker of its own, which may be killed.</summary>
public sealed class OwnBrokerStackFixture : StackFixture
{
    private PrivateRabbitMq? _broker;

    public PrivateRabbitMq RabbitMq => _broker ?? throw new InvalidOperationException("the broker is not started");

    protected override StackOptions Options => new(RabbitMq: RabbitMq);

    public override async ValueTask InitializeAsync()
    {
        _broker = await PrivateRabbitMq.StartAsync();
        await base.InitializeAsync();
    }

    public override async Task<IReadOnlyList<string>> HealAsync() =>
        await RabbitMq.HealAsync() is { } mended ? [mended, .. await base.HealAsync()] : await base.HealAsync();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_broker is not null) await _broker.DisposeAsync();
    }
}
