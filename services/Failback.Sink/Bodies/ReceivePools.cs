using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Failback.Sink.Bodies;

/// <summary>Gives the web server <see cref="ReceivePool"/>s.</summary>
internal sealed class ReceivePools : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceivePool();
}
