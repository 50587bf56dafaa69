using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Failback.Tests.Architecture;

/// <summary>An assembly as the compiler wrote it, read without loading it.</summary>
internal static class CompiledAssembly
{
    /// <summary>Names of the assemblies whose types it uses.</summary>
    public static IReadOnlyList<string> ReferencesOf(string path)
    {
        using var file = new PEReader(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
