namespace Failback.Testing.Processes;

/// <summary>
/// An outage that a test causes. <see cref="EndAsync"/> ends it and waits until the service is ready. The end of the scope ends it
/// in any case, without waiting, so that a failed test reports its own reason.
/// </summary>
public sealed class Outage(Func<Task> giveBack, Func<Task> ready) : IAsyncDisposable
{
    private readonly Lazy<Task> _back = new(giveBack);

    public async Task EndAsync()
    {
        await _back.Value;
        await ready();
    }

    public async ValueTask DisposeAsync() => await _back.Value;
}
