using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Failback.Testing.Processes;

/// <summary>
/// The registry of reserved ports that <c>deploy/native/ports.sh</c> also uses: one file per port, written under a lock, with its
/// owner (a folder or a process). Reservations of this process end with it.
/// </summary>
internal static class PortRegistry
{
    private const int Exclusive = 2;
    private const int ReadWriteCreate = 2 | 0x40 | 0x80000; // O_RDWR, O_CREAT, O_CLOEXEC
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private static readonly string Folder = MakeFolder();
    private static readonly string Owner = string.Create(
        CultureInfo.InvariantCulture, $"process {Environment.ProcessId} {StartOf(Environment.ProcessId)}");
    private static readonly List<string> Mine = [];

    /// <summary>
    /// Reserves the first of the ports that is neither reserved nor refused by <paramref name="isFree"/>; returns null when there
    /// is none.
    /// </summary>
    public static int? Reserve(IEnumerable<int> ports, Func<int, bool> isFree)
    {
        // Not a FileStream, which fails on a lock of another process instead of waiting for it.
        int gate = Open(Encoding.UTF8.GetBytes(Path.Combine(Folder, "lock\0")), ReadWriteCreate, 0b110_000_000);
        if (gate < 0 || Lock(gate, Exclusive) != 0)
            throw new IOException($"{Folder}/lock cannot be locked: errno {Marshal.GetLastPInvokeError()}");
        try
        {
            foreach (int port in ports)
            {
                string file = Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture));
                // The entry of an owner that has ended is free again; killed test runs cannot clean up.
                if ((File.Exists(file) && OwnerLives(File.ReadAllText(file))) || !isFree(port)) continue;
                File.WriteAllText(file, Owner + "\n");
                Mine.Add(file);
                return port;
            }
        }
        finally
        {
            _ = Close(gate);
        }

        return null;
    }

    private static string MakeFolder()
    {
        if (OperatingSystem.IsWindows()) throw new PlatformNotSupportedException("the services under test are run on Linux");
        string folder = string.Create(CultureInfo.InvariantCulture, $"/tmp/failback-ports-{UserId()}");
        Directory.CreateDirectory(folder, OwnerOnly);
        AppDomain.CurrentDomain.ProcessExit += static (_, _) => Mine.ForEach(File.Delete);
        return folder;
    }

    private static bool OwnerLives(string owner) => owner.TrimEnd().Split(' ', 2) switch
    {
        ["folder", var folder] => Directory.Exists(folder),
        ["process", var process] => process.Split(' ') is [var id, var start]
            && StartOf(int.Parse(id, CultureInfo.InvariantCulture)) == start,
        _ => false,
    };

    /// <summary>
    /// Returns the start time of a process in the kernel's ticks, which together with the id identifies it; null when it has ended.
    /// </summary>
    private static string? StartOf(int process)
    {
        const int afterName = 19;
        try
        {
            string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[afterName];
        }
        catch (IOException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "getuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint UserId();

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags, int mode);

    [DllImport("libc", EntryPoint = "flock", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Lock(int file, int operation);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int file);
}
