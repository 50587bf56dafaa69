using System.Text;
using System.Text.Json;

namespace Failback.Scripting.Host;

/// <summary>The other end of <see cref="Running.HostProcess"/>: loads one script and answers batches until its input ends.</summary>
internal sealed class ScriptHost(Stream input, Stream output) : IDisposable
{
    private ScriptEngine? engine;

    public void Run()
    {
        while (HostFrame.Read(input) is var (kind, content))
        {
            (byte answer, byte[] text) = Answer(kind, content);
            HostFrame.Write(output, answer, text);
        }
    }

    public void Dispose() => engine?.Dispose();

    private (byte Kind, byte[] Content) Answer(byte kind, byte[] content)
    {
        try
        {
            string answer = kind == HostFrame.Load ? Load(content) : Run(content);
            return (HostFrame.Done, Encoding.UTF8.GetBytes(answer));
        }
        catch (ScriptLimitException e)
        {
            return (HostFrame.Limit, Encoding.UTF8.GetBytes(e.Message));
        }
        catch (Exception e)
        {
            return (HostFrame.Failed, Encoding.UTF8.GetBytes(e.Message));
        }
    }

    private string Load(byte[] content)
    {
        LoadRequest request = JsonSerializer.Deserialize<LoadRequest>(content)!;
        engine = new ScriptEngine(request.MemoryBytes);
        return engine.Load(request.JavaScript);
    }

    /// <summary>Stage, batch; answers the outcomes and, after an empty line, what the script said.</summary>
    private string Run(byte[] content) =>
        engine is null ? throw new InvalidOperationException("no script was loaded") : engine.Run(content[0] == (byte)'t' ? "table" : "source", Encoding.UTF8.GetString(content.AsSpan(1)));
}
