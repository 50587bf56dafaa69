using System.Diagnostics;

namespace Failback.Testing.Processes;

/// <summary>A program of <c>deploy/programs.tsv</c>, as <c>deploy/publish.sh</c> publishes it.</summary>
/// <param name="Name">Its name: of the service, and of the image.</param>
/// <param name="Project">Its project, from the root of the repository.</param>
/// <param name="Assembly">Its assembly.</param>
/// <param name="IsImage">The Dockerfile has a target of its name.</param>
public sealed record PublishedProgram(string Name, string Project, string Assembly, bool IsImage)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<PublishedProgram> All { get; } =
        [.. File.ReadLines(Path.Combine(Repository.Root, "deploy", "programs.tsv")).Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse)];

    /// <summary>Where it is published.</summary>
    public string Folder => Path.GetDirectoryName(Dll)!;

    private string Dll => Repository.ServiceDll(Path.GetFileName(Project), Assembly);

    public static PublishedProgram Find(string name) => All.Single(program => program.Name == name);

    /// <summary>Runs it to its end; answers its exit code and all that it said.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Added to the environment of the tests.</param>
    /// <param name="folder">Where it is, when that is not where it was published.</param>
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
