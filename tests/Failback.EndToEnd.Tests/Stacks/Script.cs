using System.Diagnostics;
using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Stacks;

/// <summary>A run of one of the repository's scripts.</summary>
internal sealed record Script(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="command">Path from the repository's root, and arguments, divided by single spaces.</param>
    /// <param name="environment">Variables beside those of the tests.</param>
    public static async Task<Script> RunAsync(string command, params (string Name, string Value)[] environment)
    {
        // Through files: what a script leaves running would hold pipes open.
        string output = Path.GetTempFileName();
        var start = new ProcessStartInfo(
            "bash", ["-c", "exec \"$@\" >\"$OUTPUT\" 2>\"$OUTPUT.errors\" </dev/null", "bash", .. command.Split(' ')])
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        start.Environment["OUTPUT"] = output;
        using Process process = Process.Start(start)!;
        await process.WaitForExitAsync();
        var run = new Script(process.ExitCode, await File.ReadAllTextAsync(output), await File.ReadAllTextAsync(output + ".errors"));
        File.Delete(output);
        File.Delete(output + ".errors");
        return run;
    }

    /// <summary>Value of a line <c>KEY=value</c> of its output.</summary>
    public string this[string key] =>
        Output.Split('\n').Single(line => line.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..].Trim();
}
