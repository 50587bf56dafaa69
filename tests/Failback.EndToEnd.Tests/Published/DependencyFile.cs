using System.Runtime.InteropServices;
using System.Text.Json;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>The files that a <c>.deps.json</c> promises beside it, for this machine.</summary>
internal static class DependencyFile
{
    private static readonly string[] Here = [
        RuntimeInformation.RuntimeIdentifier, "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), "linux", "unix"];

    /// <summary>Managed assemblies and native libraries, from the folder of the file.</summary>
    public static IReadOnlyList<string> Assets(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
        List<string> assets = [];
        foreach (JsonProperty library in document.RootElement.GetProperty("targets").EnumerateObject()
            .SelectMany(target => target.Value.EnumerateObject()))
        {
            // What the program runs is flat; what is for one kind of machine keeps its path.
            foreach (string group in (string[])["runtime", "native"])
                if (library.Value.TryGetProperty(group, out JsonElement files))
                    assets.AddRange(files.EnumerateObject().Select(file => Path.GetFileName(file.Name)));
            if (library.Value.TryGetProperty("runtimeTargets", out JsonElement targets))
                assets.AddRange(
                    targets.EnumerateObject().Where(file => Here.Contains(file.Value.GetProperty("rid").GetString()))
                    .Select(file => file.Name));
        }

        return assets;
    }
}
