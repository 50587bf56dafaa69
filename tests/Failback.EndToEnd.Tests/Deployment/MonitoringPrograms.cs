using System.Diagnostics;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.EndToEnd.Tests.Deployment;

/// <summary>The unpacked programs promtool, amtool, prometheus and docker-compose, and what they say.</summary>
internal static class MonitoringPrograms
{
    private const string Variable = "FAILBACK_MONITORING_PROGRAMS";

    /// <summary>Path of a program; skips the test where there is none.</summary>
    public static string Path(string program)
    {
        string folder = Environment.GetEnvironmentVariable(Variable) ?? "";
        Assert.SkipWhen(folder.Length == 0, $"{Variable} names no folder: ./test.sh deploy unpacks the programs of Prometheus");
        return System.IO.Path.Combine(folder, program);
    }

    /// <summary>Runs a program in the root of the repository to its end.</summary>
    public static async Task<(int ExitCode, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path(program), arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
