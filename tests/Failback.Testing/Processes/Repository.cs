namespace Failback.Testing.Processes;

/// <summary>Where the repository and the built services are.</summary>
public static class Repository
{
    /// <summary>Folder with <c>Failback.sln</c>.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The built assembly of a service, of the same configuration as the running tests.</summary>
    /// <param name="project">Project of the service.</param>
    /// <param name="assembly">Its assembly, where that has another name.</param>
    public static string ServiceDll(string project, string? assembly = null)
    {
        string output = Path.GetRelativePath(Root, AppContext.BaseDirectory);
        string configuration = output.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        string dll = Path.Combine(Root, "services", project, "bin", configuration, "net10.0", (assembly ?? project) + ".dll");
        return File.Exists(dll) ? dll : throw new FileNotFoundException($"{project} is not built ({configuration})", dll);
    }

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("no Failback.sln above the test binaries")
        : File.Exists(Path.Combine(folder.FullName, "Failback.sln")) ? folder.FullName : Find(folder.Parent);
}
