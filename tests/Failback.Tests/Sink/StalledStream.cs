namespace Failback.Tests.Sink;

/// <summary>A body of which a part arrives and then nothing more.</summary>
internal sealed class StalledStream(byte[] content) : MemoryStream(content)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await base.ReadAsync(buffer, cancellationToken);
        if (read == 0) await Task.Delay(Timeout.Infinite, cancellationToken);
        return read;
    }
}
