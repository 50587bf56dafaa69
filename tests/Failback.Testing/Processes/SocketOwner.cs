using System.Globalization;

namespace Failback.Testing.Processes;

/// <summary>Finds out which process of this machine holds the other end of a loopback connection.</summary>
public static class SocketOwner
{
    private const int LocalAddress = 1;
    private const int Inode = 9;

    /// <summary>Returns true when a socket bound to the local port belongs to the process.</summary>
    /// <param name="process">Process id.</param>
    /// <param name="localPort">Port of the connection's client.</param>
    public static bool Owns(int process, int localPort)
    {
        string suffix = string.Create(CultureInfo.InvariantCulture, $":{localPort:X4}");
        HashSet<string> sockets = [.. Table("/proc/net/tcp").Concat(Table("/proc/net/tcp6"))
            .Where(fields => fields[LocalAddress].EndsWith(suffix, StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[Inode]}]")];
        try
        {
            return new DirectoryInfo($"/proc/{process}/fd").EnumerateFiles()
                .Any(file => file.LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process, or one of its descriptors, was closed during the look-up.
            return false;
        }
    }

    private static IEnumerable<string[]> Table(string path) =>
        File.Exists(path)
        ? File.ReadAllLines(path).Skip(1).Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length > Inode)
        : [];
}
