using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Failback.Testing.Processes;

/// <summary>
/// One running service process, with its own settings in the environment, its log in a file, and all the ways to harm it.
/// </summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private readonly string _dll;
    private readonly Dictionary<string, string> _environment;
    private readonly Lock _gate = new();
    private string _instance = "";
    private Process? _process;
    private Task _logging = Task.CompletedTask;

    public ServiceProcess(string name, string dll, IReadOnlyDictionary<string, string> environment, Uri health, string logFile)
    {
        Name = name;
        _dll = dll;
        _environment = new(environment, StringComparer.Ordinal);
        Health = health;
        LogFile = logFile;
    }

    public string Name { get; }

    /// <summary>Base address of <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    public Uri Health { get; }

    /// <summary>Standard output and error of all its runs.</summary>
    public string LogFile { get; }

    public int ProcessId => _process?.Id ?? throw new InvalidOperationException($"{Name} does not run");

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>Changes a setting for its next run.</summary>
    public void Set(string name, string value) => _environment[name] = value;

    /// <summary>Starts the process unless it is running; does not wait until it is ready.</summary>
    public void Start()
    {
        lock (_gate)
        {
            if (IsRunning) return;
            var start = new ProcessStartInfo(
                "dotnet")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetDirectoryName(_dll)!
            };
            start.ArgumentList.Add(_dll);
            foreach ((string key, string value) in _environment) start.Environment[key] = value;
            // New in each run: a report of the previous run, or of a process that took its port, does not pass as this one's.
            _instance = start.Environment["Failback__Instance"] = $"{Name}-{Guid.NewGuid():N}";
            _process = Process.Start(start)!;
            _logging = LogAsync(_process);
        }
    }

    /// <summary>Waits until <c>/readyz</c> returns 200 from this very process: another process may have its port.</summary>
    public async Task WaitReadyAsync(TimeSpan? timeout = null, string path = "/readyz")
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        string stranger = "";
        await Wait.UntilAsync(async () =>
        {
            if (!IsRunning) throw new InvalidOperationException($"{Name} ended with exit code {_process?.ExitCode}:\n{LogTail()}");
            try
            {
                using HttpResponseMessage answer = await client.GetAsync(new Uri(Health, path));
                string report = await answer.Content.ReadAsStringAsync();
                bool own = HealthReport.IsOf(report, ProcessId, _instance);
                stranger = own ? "" : $"; another process answers at {Health}: {report}";
                return own && answer.IsSuccessStatusCode;
            }
            catch (Exception e) when (BrokenCall.IsWithoutResult(e))
            {
                return false;
            }
        }, timeout ?? TimeSpan.FromSeconds(60), () => $"{Name} is not ready{stranger}:\n{LogTail()}");
    }

    /// <summary>Returns what <c>/readyz</c> returns now.</summary>
    public async Task<(int Status, string Report)> ReadinessAsync()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        using HttpResponseMessage answer = await client.GetAsync(new Uri(Health, "/readyz"));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Kills the process with SIGKILL and waits until it has ended.</summary>
    public async Task KillAsync()
    {
        if (!IsRunning) return;
        Signal(SigKill);
        await _process!.WaitForExitAsync();
    }

    /// <summary>Kills the process until the outage ends.</summary>
    public async Task<Outage> KilledAsync()
    {
        await KillAsync();
        return Away();
    }

    /// <summary>Ends the process with SIGTERM and returns its exit code; it is started again when the outage ends.</summary>
    public async Task<(int ExitCode, Outage Outage)> TerminatedAsync()
    {
        Outage away = Away();
        try
        {
            return (await TerminateAsync(), away);
        }
        catch
        {
            await KillAsync();
            await away.DisposeAsync();
            throw;
        }
    }

    /// <summary>Kills the process, starts it again at once and waits until it is ready.</summary>
    public async Task RestartAsync()
    {
        await using Outage killed = await KilledAsync();
        await killed.EndAsync();
    }

    /// <summary>Freezes the process until the outage ends.</summary>
    public Outage Frozen()
    {
        Freeze();
        return new Outage(() => Task.Run(Continue), () => WaitReadyAsync());
    }

    /// <summary>Restarts or continues a process that was started and is now dead or frozen; returns what was wrong, or null.</summary>
    public string? Heal()
    {
        if (_process is null) return null;
        if (!IsRunning)
        {
            int exitCode = _process.ExitCode;
            Start();
            return $"{Name} did not run (exit code {exitCode})";
        }

        if (!IsFrozen) return null;
        Continue();
        return $"{Name} was frozen";
    }

    /// <summary>True once the process has been started.</summary>
    public bool WasStarted => _process is not null;

    private bool IsFrozen => File.ReadAllText($"/proc/{ProcessId}/stat").Split(") ")[^1][0] == 'T';

    private Outage Away() => new(() => Task.Run(Start), () => WaitReadyAsync());

    /// <summary>Freezes the process with SIGSTOP; its sockets stay open.</summary>
    public void Freeze() => Signal(SigStop);

    /// <summary>Continues the process with SIGCONT.</summary>
    public void Continue() => Signal(SigCont);

    /// <summary>Ends the process with SIGTERM and returns its exit code.</summary>
    /// <exception cref="TimeoutException">The process did not end in time.</exception>
    public async Task<int> TerminateAsync(TimeSpan? timeout = null)
    {
        Signal(SigTerm);
        using var patience = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(30));
        try
        {
            await _process!.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"{Name} ignored SIGTERM:\n{LogTail()}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Returns the resident bytes, current and peak.</summary>
    public (long Resident, long Peak) Memory()
    {
        string[] lines = File.ReadAllLines($"/proc/{ProcessId}/status");
        return (Kilobytes(lines, "VmRSS:") * 1024, Kilobytes(lines, "VmHWM:") * 1024);
    }

    /// <summary>Returns the processor time of its current run.</summary>
    public TimeSpan Cpu()
    {
        using Process now = Process.GetProcessById(ProcessId);
        return now.TotalProcessorTime;
    }

    /// <summary>Returns the last lines of the log, for the message of a failed test.</summary>
    public string LogTail(int lines = 40)
    {
        if (!File.Exists(LogFile)) return "(no log)";
        using var reader = new StreamReader(new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return string.Join('\n', reader.ReadToEnd().Split('\n').TakeLast(lines));
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await _logging;
        _process?.Dispose();
    }

    private async Task LogAsync(Process process)
    {
        await using var writer = new StreamWriter(
            new FileStream(LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        { AutoFlush = true };
        using var turn = new SemaphoreSlim(1);
        await Task.WhenAll(CopyAsync(process.StandardOutput, writer, turn), CopyAsync(process.StandardError, writer, turn));
    }

    private static async Task CopyAsync(StreamReader reader, StreamWriter writer, SemaphoreSlim turn)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            await turn.WaitAsync();
            await writer.WriteLineAsync(line);
            turn.Release();
        }
    }

    private static long Kilobytes(string[] lines, string name) =>
        long.Parse(
            lines.First(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture);

    private void Signal(int signal)
    {
        if (Kill(ProcessId, signal) != 0 && IsRunning)
            throw new InvalidOperationException($"signal {signal} to {Name} failed with errno {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
