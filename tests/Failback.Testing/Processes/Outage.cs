namespace Failback.Testing.Processes;

/// <summary>
/// Something that a test took away. <see cref="EndAsync"/> gives it back and waits until it is ready; the end of the scope gives it back in
/// any case,
/// without waiting, so that a failed test says why it failed.
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
