namespace Failback.Testing.Processes;

/// <summary>Finds the repository and the published programs.</summary>
public static class Repository
{
    /// <summary>Environment variable that names the folder of the published programs.</summary>
    public const string PublishedVariable = "FAILBACK_TEST_APP";

    private const string Advice =
        $"{PublishedVariable} is not set: ./test.sh sets it, otherwise export {PublishedVariable}=$(deploy/publish.sh)";

    /// <summary>Folder with <c>Failback.sln</c>.</summary>
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Folder of the published programs, with one folder each, made by <c>deploy/publish.sh</c> as for users.</summary>
    /// <exception cref="InvalidOperationException">The environment does not name the folder.</exception>
    public static string Published =>
        Environment.GetEnvironmentVariable(PublishedVariable) is { Length: > 0 } folder
        ? folder
        : throw new InvalidOperationException(Advice);

    /// <summary>Folder with the stand-in for Oracle's driver.</summary>
    public static string OracleStandIn => Path.GetDirectoryName(ServiceDll("Failback.OracleStandIn", "Oracle.ManagedDataAccess"))!;

    /// <summary>Returns the path of the published assembly of a program.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="assembly">Its assembly, when it has another name.</param>
    public static string ServiceDll(string project, string? assembly = null)
    {
        string dll = Path.Combine(Published, project, (assembly ?? project) + ".dll");
        return File.Exists(dll)
            ? dll
            : throw new FileNotFoundException(
                $"{project} is not published: deploy/publish.sh publishes it and prints the folder for {PublishedVariable}", dll);
    }

    /// <summary>Makes userscripts in this process use the published compiler and the published script process.</summary>
    public static void UsePublishedScripts() =>
        AppContext.SetData(
            "Failback.Scripting.Folder",
            Path.Combine(
                Environment.GetEnvironmentVariable(PublishedVariable) is { Length: > 0 } folder ? folder : Advice, "Failback.Cli"));

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("no Failback.sln above the test binaries")
        : File.Exists(Path.Combine(folder.FullName, "Failback.sln")) ? folder.FullName : Find(folder.Parent);
}
