using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Cli.Support;

/// <summary>The archive: one file per question, and a list of what could not be had. Only its owner reads it.</summary>
internal sealed class SupportArchive : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly ZipArchive _zip;
    private readonly List<string> _missing = [];

    /// <exception cref="IOException">The file is there already, or cannot be made.</exception>
    public SupportArchive(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _zip = new ZipArchive(new FileStream(file, options), ZipArchiveMode.Create);
    }

    /// <summary>What could not be had, and why.</summary>
    public IReadOnlyList<string> Missing => _missing;

    public int Files { get; private set; }

    public void Add(string name, JsonNode? content) => Add(name, (content?.ToJsonString(Indented) ?? "null") + "\n");

    public void Add(string name, string content)
    {
        using var writer = new StreamWriter(_zip.CreateEntry(name).Open(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        writer.Write(content);
        Files++;
    }

    public void Miss(string name, string reason) => _missing.Add($"{name}: {reason}");

    public void Dispose()
    {
        if (_missing.Count > 0) Add("missing.txt", string.Join('\n', _missing) + "\n");
        _zip.Dispose();
    }
}
