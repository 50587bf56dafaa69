using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Failback.Scripting.Host;

/// <summary>
/// The process in which a script runs. V8 ends its process when a script asks for the impossible (a list of half a billion
/// elements), and that must not be the service. The process has no environment and no working folder, and is killed when it does
/// not reply or uses too much memory.
/// </summary>
internal sealed class HostProcess : IDisposable
{
    private const string What = "the process in which userscripts run";
    private const long OwnBytes = 200L << 20;

    /// <summary>
    /// Factor on the allowed processor time: after that much elapsed time a process that gets no processor, or does nothing with
    /// it, is given up.
    /// </summary>
    private const int Patience = 20;

    private static readonly TimeSpan WatchEvery = TimeSpan.FromMilliseconds(50);

    private readonly Process _process;
    private readonly ScriptLimits _limits;
    private volatile string? _lastWords;

    private HostProcess(Process process, ScriptLimits limits)
    {
        _process = process;
        _limits = limits;
        // Error output is read so that it does not fill the pipe; its first line tells why a process did not start.
        process.ErrorDataReceived += (_, said) => _lastWords ??= string.IsNullOrWhiteSpace(said.Data) ? null : said.Data.Trim();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts the process with the runtime of this process.</summary>
    /// <exception cref="ScriptHostException">The system does not start it.</exception>
    public static HostProcess Start(ScriptLimits limits)
    {
        if (!File.Exists(ScriptPrograms.Host)) throw new ScriptHostException(What, $"there is no {ScriptPrograms.Host}");
        string runtime = RuntimeEnvironment.GetRuntimeDirectory();
        string host = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        var start = new ProcessStartInfo(host, [ScriptPrograms.Host])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory)!,
        };
        // A script that broke out of the engine must not find the settings and secrets of the service.
        start.Environment.Clear();
        start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(host);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
        try
        {
            return new HostProcess(Process.Start(start)!, limits);
        }
        catch (Win32Exception e)
        {
            throw new ScriptHostException(What, e.Message);
        }
    }

    /// <summary>Loads V8 in the process. A failure up to here is a fault of the installation, not of the script.</summary>
    /// <exception cref="ScriptHostException">V8 cannot be loaded, or the process has ended.</exception>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        byte[] memory = Encoding.UTF8.GetBytes(_limits.MemoryBytes.ToString(CultureInfo.InvariantCulture));
        try
        {
            await AskAsync(HostFrame.Open, memory, cancellationToken);
        }
        catch (Exception e) when (e is ScriptLimitException or InvalidOperationException or InvalidDataException)
        {
            // A runtime that finds no program writes its message where frames are expected. The wait lets its error output arrive
            // too.
            Kill();
            await _process.WaitForExitAsync(cancellationToken);
            throw new ScriptHostException(What, _lastWords ?? ScriptHostException.FirstLine(e.Message));
        }
    }

    /// <summary>Sends one request and returns the reply.</summary>
    /// <exception cref="ScriptLimitException">The script exceeded a limit; the process has been ended.</exception>
    public async Task<byte[]> AskAsync(byte kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_limits.Time * Patience);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        Task<(byte Kind, byte[] Content)?> asked = ExchangeAsync(kind, content, either.Token);
        TimeSpan worked = _process.TotalProcessorTime;
        string? excess = null;
        while (await Task.WhenAny(asked, Task.Delay(WatchEvery, CancellationToken.None)) != asked)
        {
            excess ??= Excess(worked);
            if (excess is not null) Kill();
        }

        (byte Kind, byte[] Content)? answer = await AnswerAsync(asked, deadline.Token, cancellationToken);
        // Every other outcome ends the process: the state of the engine is unknown after it.
        if (answer is (HostFrame.Done, var done)) return done;
        Kill();
        // V8 was open, so this is the script's doing: it changed what it shares with its surroundings.
        if (answer is (HostFrame.Failed, var reason))
            throw new ScriptLimitException(
                $"it brought its surroundings down: {ScriptHostException.FirstLine(Encoding.UTF8.GetString(reason))}");
        if (answer is (HostFrame.Limit, var limit)) throw new ScriptLimitException(Encoding.UTF8.GetString(limit));
        throw new ScriptLimitException(excess ?? "it brought its process down by asking for more than the engine can give");
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task<(byte Kind, byte[] Content)?> ExchangeAsync(
        byte kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await HostFrame.WriteAsync(_process.StandardInput.BaseStream, kind, content, cancellationToken);
        return await HostFrame.ReadAsync(_process.StandardOutput.BaseStream, cancellationToken);
    }

    /// <summary>Returns the reply, or null when the process ended first.</summary>
    private async Task<(byte Kind, byte[] Content)?> AnswerAsync(
        Task<(byte Kind, byte[] Content)?> asked, CancellationToken deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await asked;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return null;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Kill();
            throw new ScriptLimitException("its process does not answer");
        }
        catch (OperationCanceledException)
        {
            Kill();
            throw;
        }
    }

    /// <summary>
    /// Returns the limit that the process has exceeded, or null. The time is processor time: a busy machine is no fault of the
    /// script.
    /// </summary>
    private string? Excess(TimeSpan worked)
    {
        try
        {
            _process.Refresh();
            if (_process.HasExited) return null;
            if (_process.WorkingSet64 > OwnBytes + (2 * _limits.MemoryBytes))
                return $"it needs more than {_limits.MemoryBytes >> 20} MiB of memory";
            return _process.TotalProcessorTime - worked > _limits.Time
                ? $"a batch takes longer than {_limits.Time.TotalSeconds:0.###} s of the processor"
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // the process has just ended
        }
    }

    private void Kill()
    {
        try
        {
            if (!_process.HasExited) _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has ended by itself.
        }
    }
}
