using System.Globalization;
using System.Text;

namespace Failback.Scripting.Host;

/// <summary>
/// The other end of <see cref="Failback.Scripting.Host.HostProcess"/>: loads one script and serves batches until its input ends.
/// </summary>
internal sealed class ScriptHost(Stream input, Stream output) : IDisposable
{
    private ScriptEngine? _engine;

    private ScriptEngine Opened => _engine ?? throw new InvalidOperationException("the engine was not opened");

    public void Run()
    {
        while (HostFrame.Read(input) is var (kind, content))
        {
            (byte answer, byte[] text) = Answer(kind, content);
            HostFrame.Write(output, answer, text);
        }
    }

    public void Dispose() => _engine?.Dispose();

    private (byte Kind, byte[] Content) Answer(byte kind, byte[] content)
    {
        try
        {
            string answer = kind switch
            {
                HostFrame.Open => Open(content),
                HostFrame.Load => Opened.Load(Encoding.UTF8.GetString(content)),
                _ => Run(content),
            };
            return (HostFrame.Done, Encoding.UTF8.GetBytes(answer));
        }
        catch (ScriptLimitException e)
        {
            return (HostFrame.Limit, Encoding.UTF8.GetBytes(e.Message));
        }
        catch (Exception e)
        {
            return (HostFrame.Failed, Encoding.UTF8.GetBytes(e.GetBaseException().Message));
        }
    }

    /// <summary>Loads V8; the content is the memory limit of the script in bytes, as decimal text.</summary>
    private string Open(byte[] content)
    {
        _engine = new ScriptEngine(long.Parse(content, CultureInfo.InvariantCulture));
        return "";
    }

    /// <summary>
    /// Runs a batch: the first byte is the stage, the rest the batch. Returns the outcomes and, after an empty line, the console
    /// output.
    /// </summary>
    private string Run(byte[] content) =>
        Opened.Run(content[0] == (byte)'t' ? "table" : "source", Encoding.UTF8.GetString(content.AsSpan(1)));
}
