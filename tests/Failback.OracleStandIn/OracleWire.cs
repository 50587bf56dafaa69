using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Oracle.ManagedDataAccess.Client;

/// <summary>Messages of the stand-in server: lists of fields with a length before each, -1 for null.</summary>
internal sealed class OracleWire : IDisposable
{
    private const int Buffer = 1 << 16;

    private readonly TcpClient _client;
    private readonly BufferedStream _stream;

    public OracleWire(string host, int port)
    {
        _client = new TcpClient(host, port) { NoDelay = true };
        _stream = new BufferedStream(_client.GetStream(), Buffer);
    }

    /// <summary>Sends a request, waits for its answer.</summary>
    /// <exception cref="OracleException">The server's error.</exception>
    public List<byte[]?> Ask(IReadOnlyCollection<byte[]?> fields, TimeSpan timeout)
    {
        _client.ReceiveTimeout = Convert.ToInt32(timeout.TotalMilliseconds, CultureInfo.InvariantCulture);
        Write(fields.Count);
        foreach (byte[]? field in fields)
        {
            Write(field?.Length ?? -1);
            if (field is not null) _stream.Write(field);
        }

        _stream.Flush();
        int error = Read();
        var answer = new List<byte[]?>();
        for (int count = Read(); count > 0; count--) answer.Add(ReadField());
        return error == 0 ? answer : throw new OracleException(error, Encoding.UTF8.GetString(answer[0]!));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _client.Dispose();
    }

    private byte[]? ReadField()
    {
        int length = Read();
        if (length < 0) return null;
        byte[] field = new byte[length];
        _stream.ReadExactly(field);
        return field;
    }

    private void Write(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        _stream.Write(bytes);
    }

    private int Read()
    {
        Span<byte> bytes = stackalloc byte[4];
        _stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt32BigEndian(bytes);
    }
}
