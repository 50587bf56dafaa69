using System.Net;
using System.Net.Sockets;
using RabbitMQ.Client;

namespace Failback.Messaging.Reading;

/// <summary>
/// A broker connection whose reading slows to a trickle while read messages are not taken. The broker's prefetch counts messages,
/// not bytes, and the client library takes in everything that arrives: the socket is the only place where bytes can wait outside
/// the process. The trickle keeps both sides' heartbeats alive. The library asks for 4 KB at a time; the socket is read in larger
/// blocks.
/// </summary>
internal sealed class PacedTcpClient(Socket socket, MemoryShare share, TimeProvider time) : ITcpClient
{
    public bool Connected => socket.Connected;

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(socket.ReceiveTimeout);
        set => socket.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public Socket Client => socket;

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default) =>
        await socket.ConnectAsync(host, port, cancellationToken);

    public NetworkStream GetStream() => new PacedStream(socket, share, time);

    public void Close() => socket.Close();

    public void Dispose() => socket.Dispose();

    private sealed class PacedStream(Socket socket, MemoryShare share, TimeProvider time) : NetworkStream(socket)
    {
        private const int BlockBytes = 64 * 1024;
        private const int TrickleBytes = 16 * 1024;
        private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
        private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

        private readonly byte[] _block = new byte[BlockBytes];
        private ReadOnlyMemory<byte> _rest;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _rest.IsEmpty ? ReadMoreAsync(buffer, cancellationToken) : ValueTask.FromResult(Take(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        private async ValueTask<int> ReadMoreAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int most = BlockBytes;
            if (share.HoldsReading)
            {
                long started = time.GetTimestamp();
                while (share.HoldsReading && time.GetElapsedTime(started) < Longest) await Task.Delay(Look, time, cancellationToken);
                // Otherwise heartbeats, which never become a message, would keep the estimate high and the reading slow for ever.
                share.ForgetArriving();
                most = TrickleBytes;
            }

            // A read of zero bytes asks whether something has arrived.
            if (buffer.IsEmpty) return await base.ReadAsync(buffer, cancellationToken);
            _rest = _block.AsMemory(0, await base.ReadAsync(_block.AsMemory(0, most), cancellationToken));
            share.CountArriving(_rest.Length);
            return Take(buffer.Span);
        }

        private int Take(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, _rest.Length);
            _rest.Span[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }
    }
}
