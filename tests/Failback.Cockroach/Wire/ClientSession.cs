using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Failback.Cockroach.Statements;

namespace Failback.Cockroach.Wire;

/// <summary>
/// One client. Its messages go to PostgreSQL, with the text of Query and Parse rewritten; replies pass unchanged. Password and
/// SCRAM authentication pass through, so users are those of the server.
/// </summary>
internal sealed class ClientSession(
    TcpClient client, string host, int port, X509Certificate2? certificate, Func<string, Task> prepare, StatementHooks hooks)
{
    private const int TlsRequest = 80877103;
    private const int GssRequest = 80877104;
    private const int CancelRequest = 80877102;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        client.NoDelay = true;
        Stream front = client.GetStream();
        byte[]? start = await Frame.ReadStartAsync(front, cancellationToken);
        while (start is { Length: >= 4 } && Code(start) is TlsRequest or GssRequest)
        {
            bool secure = Code(start) == TlsRequest && certificate is not null;
            await front.WriteAsync(secure ? "S"u8.ToArray() : "N"u8.ToArray(), cancellationToken);
            if (secure)
            {
                var tls = new SslStream(front);
                await tls.AuthenticateAsServerAsync(certificate!);
                front = tls;
            }

            start = await Frame.ReadStartAsync(front, cancellationToken);
        }

        if (start is not { Length: >= 4 }) return;
        using var server = new TcpClient { NoDelay = true };
        await server.ConnectAsync(host, port, cancellationToken);
        await using NetworkStream back = server.GetStream();
        if (Code(start) != CancelRequest)
        {
            await prepare(Parameter(start, "database") ?? Parameter(start, "user") ?? "");
            start = WithDefaults(start);
        }

        await back.WriteAsync(Frame.Start(start), cancellationToken);
        // PostgreSQL closes the connection of a cancel request without a reply.
        if (Code(start) == CancelRequest) return;
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task asking = AskAsync(front, back, both.Token);
        Task answering = AnswerAsync(back, front, both.Token);
        await Task.WhenAny(asking, answering);
        await both.CancelAsync();
        await Task.WhenAll(asking, answering).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await front.DisposeAsync();
    }

    private volatile string _statement = "";

    private async Task AskAsync(Stream front, Stream back, CancellationToken cancellationToken)
    {
        while (await Frame.ReadAsync(front, cancellationToken) is { } frame)
        {
            if (frame.Type is (byte)'Q' or (byte)'P')
            {
                _statement = Text(frame);
                await hooks.Asked(_statement);
                if (hooks.Refused(_statement) is { } state)
                {
                    await With(frame, StatementRewriter.Refusal(new StatementException(state, "restart transaction: refused by the test")))
                        .WriteAsync(back, cancellationToken);
                    continue;
                }
            }

            await Rewritten(frame).WriteAsync(back, cancellationToken);
        }
    }

    private static string Text(Frame frame) =>
        frame.Type == (byte)'Q' ? Frame.Text(frame.Content, 0).Text : Frame.Text(frame.Content, Frame.Text(frame.Content, 0).End).Text;

    private static Frame Rewritten(Frame frame) =>
        frame.Type is (byte)'Q' or (byte)'P' ? With(frame, StatementRewriter.Rewrite(Text(frame))) : frame;

    private static Frame With(Frame frame, string sql)
    {
        if (frame.Type == (byte)'Q') return frame with { Content = Encoding.UTF8.GetBytes(sql + "\0") };
        (string name, int statement) = Frame.Text(frame.Content, 0);
        int rest = Frame.Text(frame.Content, statement).End;
        return frame with { Content = [.. Encoding.UTF8.GetBytes($"{name}\0{sql}\0"), .. frame.Content[rest..]] };
    }

    private async Task AnswerAsync(Stream back, Stream front, CancellationToken cancellationToken)
    {
        bool ready = false;
        while (await Frame.ReadAsync(back, cancellationToken) is { } frame)
        {
            if (frame.Type == (byte)'Z')
            {
                // CockroachDB sends its version before the session is ready.
                if (!ready)
                    await new Frame((byte)'S', "crdb_version\0CockroachDB CCL (stand-in for tests)\0"u8.ToArray()).WriteAsync(
                        front, cancellationToken);
                else await hooks.Answered(_statement);
                ready = true;
            }

            await frame.WriteAsync(front, cancellationToken);
        }
    }

    // CockroachDB's sessions are SERIALIZABLE by default.
    private static byte[] WithDefaults(byte[] start) =>
        Parameter(start, "default_transaction_isolation") is not null || Parameter(start, "replication") is not null
            ? start
            : [.. start[..^1], .. "default_transaction_isolation\0serializable\0\0"u8];

    private static string? Parameter(byte[] start, string name)
    {
        for (int at = 4; at < start.Length - 1;)
        {
            (string key, int value) = Frame.Text(start, at);
            (string text, int next) = Frame.Text(start, value);
            if (key == name) return text;
            at = next;
        }

        return null;
    }

    private static int Code(byte[] start) => BinaryPrimitives.ReadInt32BigEndian(start);
}
