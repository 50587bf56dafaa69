using System.Text.Json;
using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>
/// Keeps the last known failbacks in a file of the state folder. The file is replaced as a whole: written beside, flushed to disk,
/// renamed. Target URLs are in it in sealed form only. Without a folder nothing is kept.
/// </summary>
internal sealed class DirectoryCache(string folder, string service)
{
    private string FilePath => Path.Combine(folder, $"failbacks-{service}.json");

    public FailbackList? Read()
    {
        if (folder.Length == 0 || !File.Exists(FilePath)) return null;
        using FileStream file = File.OpenRead(FilePath);
        return JsonSerializer.Deserialize<FailbackList>(file);
    }

    public void Write(FailbackList list)
    {
        if (folder.Length == 0) return;
        Directory.CreateDirectory(folder);
        string draft = $"{FilePath}.{Guid.NewGuid():N}.tmp";
        using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, list);
            // Flushed before the rename: after a power failure the name must not point at a file whose content never reached the
            // disk.
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, FilePath, overwrite: true);
    }
}
