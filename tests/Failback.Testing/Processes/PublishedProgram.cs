using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>A program of <c>deploy/programs.tsv</c>, as <c>deploy/publish.sh</c> publishes it.</summary>
/// <param name="Name">Name of the service and of its image.</param>
/// <param name="Project">Path of its project from the root of the repository.</param>
/// <param name="Assembly">Name of its assembly.</param>
/// <param name="IsImage">True when the Dockerfile has a target of this name.</param>
public sealed record PublishedProgram(string Name, string Project, string Assembly, bool IsImage)
{
    /// <summary>All programs.</summary>
    public static IReadOnlyList<PublishedProgram> All { get; } =
        [.. File.ReadLines(Path.Combine(Repository.Root, "deploy", "programs.tsv")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse)];

    /// <summary>Folder in which it is published.</summary>
    public string Folder => Path.GetDirectoryName(Dll)!;

    private string Dll => Repository.ServiceDll(Path.GetFileName(Project), Assembly);

    public static PublishedProgram Find(string name) => All.Single(program => program.Name == name);

    /// <summary>Runs the program to its end; returns its exit code and its output.</summary>
    /// <param name="arguments">Arguments of the program.</param>
    /// <param name="environment">Variables in addition to the environment of the tests.</param>
    /// <param name="folder">Folder of the program; null: the published one.</param>
    public async Task<(int ExitCode, string Text)> RunAsync(
        IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        string dll = folder is null ? Dll : Path.Combine(folder, Path.GetFileName(Dll));
        var start = new ProcessStartInfo(
            "dotnet", [dll, .. arguments])
        { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string key, string value) in environment ?? new Dictionary<string, string>()) start.Environment[key] = value;
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        try
        {
            // Both streams are read at the same time: a full pipe of the unread one would block the program.
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            string text = await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, text + await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static PublishedProgram Parse(string line)
    {
        string[] columns = line.Split('\t');
        return new PublishedProgram(columns[0], columns[1], columns[2], columns[3] == "image");
    }
}
