using System.Buffers;
using System.Text;
using System.Text.Json;
using Failback.Contracts.Control;
using Failback.Scripting.Batches;
using Failback.Scripting.Host;

namespace Failback.Scripting;

/// <summary>
/// A loaded script in a process of its own. Calls take turns. After a <see cref="ScriptLimitException"/> or a cancelled call it
/// cannot be used again and must be loaded anew.
/// </summary>
public sealed class Userscript : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HostProcess _host;
    private readonly ScriptSpec _spec;
    private readonly ScriptLimits _limits;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly List<string> _lines = [];

    private Userscript(HostProcess host, ScriptSpec spec, ScriptLimits limits)
    {
        _host = host;
        _spec = spec;
        _limits = limits;
    }

    /// <summary>The loaded version.</summary>
    public long Version => _spec.Version;

    /// <summary>Configuration that the script declares.</summary>
    public ScriptPlan Plan { get; private set; } = ScriptPlan.Empty;

    /// <summary>False after a call that failed or was cancelled.</summary>
    public bool IsUsable { get; private set; } = true;

    /// <summary>Starts a process and runs the script's own statements in it.</summary>
    /// <exception cref="ScriptLimitException">The statements exceed a limit.</exception>
    /// <exception cref="ScriptHostException">The process, or V8 in it, does not start.</exception>
    public static async Task<Userscript> LoadAsync(ScriptSpec spec, ScriptLimits limits, CancellationToken cancellationToken)
    {
        var script = new Userscript(HostProcess.Start(limits), spec, limits);
        try
        {
            await script._host.OpenAsync(cancellationToken);
            byte[] answer = await script._host.AskAsync(HostFrame.Load, Encoding.UTF8.GetBytes(spec.JavaScript), cancellationToken);
            script.Plan = Understood(() => script.ReadPlan(answer));
            return script;
        }
        catch
        {
            script.Dispose();
            throw;
        }
    }

    /// <summary>Runs the rows through a stage and returns one outcome per row, in their order.</summary>
    /// <exception cref="ScriptLimitException">The script exceeded a limit.</exception>
    public async Task<IReadOnlyList<ScriptOutcome>> RunAsync(ScriptStage stage, ScriptBatch batch, CancellationToken cancellationToken)
    {
        var outcomes = new List<ScriptOutcome>(batch.Rows.Count);
        var reader = new BatchReader(batch, _spec.Lines);
        await _turn.WaitAsync(cancellationToken);
        Task<Portion?> next = Task.FromResult<Portion?>(null);
        try
        {
            IsUsable = false;
            next = Task.FromResult(PortionFrom(stage, batch, 0));
            (Portion Portion, byte[] Bytes)? answer = null;
            while (await next is { } portion)
            {
                // While the process works on a portion, the reply to the previous one is read and the next one is written.
                Task<byte[]> asked = _host.AskAsync(HostFrame.Run, portion.Request, cancellationToken);
                next = portion.End < batch.Rows.Count
                    ? Task.Run(() => PortionFrom(stage, batch, portion.End), CancellationToken.None)
                    : Task.FromResult<Portion?>(null);
                Take(answer);
                answer = (portion, await asked);
            }

            Take(answer);
            IsUsable = true;
            return outcomes;
        }
        finally
        {
            // The task reads rows that the caller may release after this call.
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _turn.Release();
        }

        void Take((Portion Portion, byte[] Bytes)? answer)
        {
            if (answer is not var (portion, bytes)) return;
            Understood(() =>
            {
                reader.Read(bytes, portion.Start, portion.End - portion.Start, outcomes);
                Listen(bytes);
                return true;
            });
        }
    }

    /// <summary>
    /// Returns the console output of the script since the last call; its length is bounded and further lines are dropped. It may
    /// contain row data: for tests of scripts only.
    /// </summary>
    public IReadOnlyList<string> TakeConsole()
    {
        lock (_lines)
        {
            string[] taken = [.. _lines];
            _lines.Clear();
            return taken;
        }
    }

    public void Dispose()
    {
        IsUsable = false;
        _host.Dispose();
    }

    /// <summary>Returns the next rows that fit into one request, in the form of the process, or null when none are left.</summary>
    private Portion? PortionFrom(ScriptStage stage, ScriptBatch batch, int start)
    {
        long bytes = 0;
        int end = start;
        while (end < batch.Rows.Count && end - start < _limits.BatchRows
            && (end == start || bytes + batch.Rows[end].Size <= _limits.BatchBytes))
        {
            bytes += batch.Rows[end].Size;
            end++;
        }

        if (end == start) return null;
        var request = new ArrayBufferWriter<byte>(_limits.BatchBytes / 4);
        request.Write(stage == ScriptStage.Table ? "t"u8 : "s"u8);
        new BatchWriter(request).Write(stage, batch, start, end - start);
        return new Portion(start, end, request.WrittenMemory);
    }

    private void Listen(byte[] answer)
    {
        ReadOnlySpan<byte> said = answer.AsSpan(answer.AsSpan().LastIndexOf((byte)'\n') + 1);
        if (said.Length <= 2) return;
        lock (_lines)
        {
            if (_lines.Count < _limits.BatchRows) _lines.AddRange(JsonSerializer.Deserialize<string[]>(said)!);
        }
    }

    private ScriptPlan ReadPlan(byte[] answer)
    {
        ScriptPlan plan = JsonSerializer.Deserialize<ScriptPlan>(answer, Json)!;
        return plan with
        {
            Sources = [.. plan.Sources.Select(s => s with { Line = SourceLine(s.Line) })],
            Tables = [.. plan.Tables.Select(t => t with { Line = SourceLine(t.Line) })],
            Problems = [.. plan.Problems.Select(p => p with { Line = SourceLine(p.Line), Code = "script" })],
        };
    }

    /// <summary>
    /// Reads what the script's process said. The script shares its engine with the code that writes it and may have changed what that
    /// code uses: whatever comes is text from outside, and one that is none of the answers is the script's doing.
    /// </summary>
    private static T Understood<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException
            or IndexOutOfRangeException or OverflowException or NullReferenceException)
        {
            throw new ScriptLimitException("its answer cannot be read: it changed functions that it shares with its surroundings");
        }
    }

    private int SourceLine(int line) => line > 0 && line <= _spec.Lines.Count ? _spec.Lines[line - 1] : 0;

    private sealed record Portion(int Start, int End, ReadOnlyMemory<byte> Request);
}
