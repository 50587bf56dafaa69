using System.Net;
using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>
/// Free TCP ports for processes under test. They are chosen below the range from which the system gives ports to outgoing connections
/// (32768 and up by default), so that none is taken between the choice and its use.
/// </summary>
public static class Ports
{
    private const int First = 10_000;
    private const int Last = 23_000;

    private static readonly Lock Gate = new();
    private static int next = Random.Shared.Next(First, Last);

    /// <summary>A port that nothing listens on; not given out again by this process until all others were.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            for (int tries = First; tries < Last; tries++)
            {
                next = next + 1 < Last ? next + 1 : First;
                if (IsFree(next)) return next;
            }
        }

        throw new InvalidOperationException($"no free port between {First} and {Last}");
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Any, port) { ExclusiveAddressUse = true };
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
