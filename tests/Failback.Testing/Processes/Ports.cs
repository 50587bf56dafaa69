using System.Net;
using System.Net.Sockets;

namespace Failback.Testing.Processes;

/// <summary>Free TCP ports on the loopback address.</summary>
public static class Ports
{
    /// <summary>A port that nothing listens on.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
