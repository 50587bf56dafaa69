using System.Xml.Linq;
using Failback.Testing.Processes;

namespace Failback.Tests.Architecture;

/// <summary>A project of the repository and what its file says it needs.</summary>
/// <param name="Name">File name without extension.</param>
/// <param name="Folder"><c>services</c>, <c>shared</c> or <c>tests</c>.</param>
/// <param name="Sdk">SDK of the project.</param>
/// <param name="Projects">Names of projects it references itself.</param>
/// <param name="Packages">Names of packages and frameworks it references itself.</param>
internal sealed record ProjectFile(string Name, string Folder, string Sdk, IReadOnlySet<string> Projects, IReadOnlySet<string> Packages)
{
    /// <summary>Packages that projects which reference it do not compile against.</summary>
    public required IReadOnlySet<string> Kept { get; init; }

    public static readonly string[] Folders = ["services", "shared", "tests"];

    /// <summary>Every project, by name.</summary>
    public static IReadOnlyDictionary<string, ProjectFile> All { get; } = Folders
        .SelectMany(
            folder => Directory.EnumerateDirectories(Path.Combine(Repository.Root, folder))
            .SelectMany(p => Directory.EnumerateFiles(p, "*.csproj")).Select(p => Read(folder, p)))
        .ToDictionary(p => p.Name, StringComparer.Ordinal);

    public static IEnumerable<ProjectFile> Services => All.Values.Where(p => p.Folder == "services");

    public static IEnumerable<ProjectFile> Shared => All.Values.Where(p => p.Folder == "shared");

    /// <summary>Every project it sees, directly or through another.</summary>
    public IReadOnlySet<string> Reaches()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var next = new Queue<string>(Projects);
        while (next.TryDequeue(out string? name))
        {
            if (!reached.Add(name)) continue;
            foreach (string further in All[name].Projects) next.Enqueue(further);
        }

        return reached;
    }

    private static ProjectFile Read(string folder, string path)
    {
        XElement root = XDocument.Load(path).Root!;
        return new ProjectFile(
            Path.GetFileNameWithoutExtension(path),
            folder,
            root.Attribute("Sdk")!.Value,
            Includes(root, "ProjectReference").Select(p => Path.GetFileNameWithoutExtension(p.Replace('\\', '/')))
            .ToHashSet(StringComparer.Ordinal),
            Includes(root, "PackageReference").Concat(Includes(root, "FrameworkReference")).ToHashSet(StringComparer.Ordinal))
        {
            Kept = root.Descendants("PackageReference").Where(e => e.Attribute("PrivateAssets")?.Value is "compile" or "all")
                .Select(e => e.Attribute("Include")!.Value).ToHashSet(StringComparer.Ordinal),
        };
    }

    private static IEnumerable<string> Includes(XElement root, string item) =>
        root.Descendants(item).Select(e => e.Attribute("Include")!.Value);
}
