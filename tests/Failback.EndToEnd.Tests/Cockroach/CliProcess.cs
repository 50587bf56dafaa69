using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>One run of the command line against a stack.</summary>
internal sealed class CliProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private readonly Process _process;
    private readonly Task _reading;

    public CliProcess(FailbackStack stack, params string[] arguments)
        : this(stack, "dotnet", [Repository.ServiceDll("Failback.Cli", "failback"), .. arguments])
    {
    }

    private CliProcess(FailbackStack stack, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        start.Environment["FAILBACK_CONTROL_URL"] = stack.ControlUrl.ToString();
        start.Environment["FAILBACK_API_TOKEN"] = stack.ApiToken;
        _process = Process.Start(start)!;
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>
    /// The same in a terminal of 160 columns, whose lines hold what draws on it; null: there is no util-linux here that makes one.
    /// </summary>
    public static CliProcess? InTerminal(FailbackStack stack, params string[] arguments)
    {
        const string Script = "/usr/bin/script";
        if (!File.Exists(Script)) return null;
        IEnumerable<string> quoted = arguments.Prepend(Repository.ServiceDll("Failback.Cli", "failback"))
            .Select(argument => $"'{argument}'");
        return new CliProcess(
            stack, Script,
            ["--quiet", "--return", "--flush", "--command", $"stty cols 160; exec dotnet {string.Join(' ', quoted)}", "/dev/null"]);
    }

    public ConcurrentQueue<string> Lines { get; } = new();

    public string Text => string.Join('\n', Lines);

    public Task WaitForAsync(string text) =>
        Wait.UntilAsync(
            () => Task.FromResult(Text.Contains(text, StringComparison.Ordinal)), TimeSpan.FromSeconds(40),
            () => $"no '{text}' in:\n{Text}");

    /// <summary>Waits for its end; answers the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        await _reading;
        return _process.ExitCode;
    }

    public Task<int> TerminateAsync()
    {
        if (Kill(_process.Id, SigTerm) != 0)
            throw new InvalidOperationException($"SIGTERM failed with errno {Marshal.GetLastPInvokeError()}");
        return EndAsync();
    }

    /// <summary>Ctrl-C at the terminal.</summary>
    public async Task<int> InterruptAsync()
    {
        await _process.StandardInput.WriteAsync('\u0003');
        await _process.StandardInput.FlushAsync();
        return await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line) Lines.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
