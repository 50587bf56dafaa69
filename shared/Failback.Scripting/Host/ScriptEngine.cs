using Microsoft.ClearScript;
using Microsoft.ClearScript.V8;

namespace Failback.Scripting.Host;

/// <summary>One script in one V8 isolate; no object of the host is reachable from it.</summary>
internal sealed class ScriptEngine : IDisposable
{
    private const string FileName = "userscript.js";
    private const int StackBytes = 512 << 10;
    private const int HeapFactor = 4;
    private const int ArrayBufferBytes = 64 << 20;
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(20);

    private readonly V8Runtime _isolate;
    private readonly V8ScriptEngine _engine;
    private readonly ScriptObject _runtime;

    public ScriptEngine(long memoryBytes)
    {
        int heap = (int)Math.Max(16, memoryBytes >> 20);
        // V8 ends the process at its own limit; this one lies below it, is checked more often and ends the script only.
        _isolate = new V8Runtime(
            "userscript",
            new V8RuntimeConstraints
            {
                MaxNewSpaceSize = 16,
                MaxOldSpaceSize = heap * HeapFactor,
                MaxArrayBufferAllocation = ArrayBufferBytes
            })
        {
            MaxHeapSize = checked((UIntPtr)memoryBytes),
            HeapSizeSampleInterval = SampleEvery,
            MaxStackUsage = StackBytes,
        };
        _engine = _isolate.CreateScriptEngine(V8ScriptEngineFlags.DisableGlobalMembers);
        // The script is not trusted: no member of a host type may be reachable from it.
        _engine.AllowReflection = false;
        _runtime = (ScriptObject)Evaluate("runtime.js").Invoke(asConstructor: false, Evaluate("writes.js"));
    }

    /// <summary>Runs the script's own statements and returns its configuration as JSON.</summary>
    /// <exception cref="ScriptLimitException">It took too much memory; time is the other process's business.</exception>
    public string Load(string javaScript) => Limited(() =>
    {
        // The wrapper shares a line with the script's first line, so that line numbers stay the same.
        var function = _engine.Evaluate(new DocumentInfo(FileName), $"(function (exports, require, module, console) {{{javaScript}\n}})");
        _runtime.InvokeMethod("load", function);
        return (string)_runtime.InvokeMethod("plan");
    });

    /// <summary>Runs a batch.</summary>
    /// <exception cref="ScriptLimitException">It took too much memory; time is the other process's business.</exception>
    public string Run(string stage, string batch) =>
        // Every promise that a handler awaits has been settled when the call returns: nothing in the script comes from outside.
        Limited(() => _runtime.InvokeMethod("run", stage, batch) as string ?? (string)_runtime.InvokeMethod("finish"));

    public void Dispose()
    {
        _engine.Dispose();
        _isolate.Dispose();
    }

    private ScriptObject Evaluate(string resource)
    {
        using var text = new StreamReader(typeof(ScriptEngine).Assembly.GetManifestResourceStream(resource)!);
        return (ScriptObject)_engine.Evaluate(new DocumentInfo(resource), text.ReadToEnd());
    }

    private string Limited(Func<string> call)
    {
        try
        {
            return call();
        }
        catch (ScriptEngineException e) when (e.IsFatal)
        {
            throw new ScriptLimitException($"it needs more than {(ulong)_isolate.MaxHeapSize >> 20} MiB of memory");
        }
    }
}
