using System.Net;
using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>
/// Chooses free TCP ports for processes under test. They lie below the range from which the system takes ports for outgoing
/// connections (32768 and up by default), so that no port is taken between choice and use, and are reserved against other test runs
/// and stacks on this machine.
/// </summary>
public static class Ports
{
    private const int First = 10_000;
    private const int Last = 23_000;

    private static readonly Lock Gate = new();
    private static int _next = Random.Shared.Next(First, Last);

    /// <summary>Returns a port that is not listened on; it is reserved until this process ends.</summary>
    public static int Next()
    {
        lock (Gate)
        {
            _next = PortRegistry.Reserve(
                Enumerable.Range(_next - First + 1, Last - First).Select(offset => First + (offset % (Last - First))), IsFree)
                ?? throw new InvalidOperationException($"no free port between {First} and {Last}");
            return _next;
        }
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
