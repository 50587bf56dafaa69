using System.Text;
using Failback.Contracts;
using Failback.Contracts.Rows;
using Failback.Scripting;
using Failback.Scripting.Batches;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>Compiles, loads and runs scripts, with rows and answers as text.</summary>
internal static class Scripts
{
    public static readonly HlcTimestamp Version = new(1_739_996_035_106_984_001, 3);

    public static async Task<Userscript> LoadAsync(string source, ScriptLimits? limits = null)
    {
        CompiledScript compiled = await ScriptCompiler.CompileAsync(source, TestContext.Current.CancellationToken);
        Assert.True(compiled.IsUsable, string.Join('\n', compiled.Problems));
        return await Userscript.LoadAsync(compiled.ToSpec(1), limits ?? new ScriptLimits(), TestContext.Current.CancellationToken);
    }

    public static RowFrame Upsert(string row, string key = "[1]", string before = "") => Frame(key, row, before);

    public static RowFrame Delete(string key = "[1]", string before = "") => Frame(key, "", before);

    public static ScriptBatch Batch(string table, params RowFrame[] rows) =>
        new(new TableName("public", table), new TableName("hr", table), ["id"], rows);

    /// <summary>One row through the stage of its table.</summary>
    public static async Task<ScriptOutcome> TableAsync(this Userscript script, string table, RowFrame row) =>
        Assert.Single(await script.RunAsync(ScriptStage.Table, Batch(table, row), TestContext.Current.CancellationToken));

    /// <summary>One row through the stage that decides its tables.</summary>
    public static async Task<ScriptOutcome> SourceAsync(this Userscript script, string table, RowFrame row) =>
        Assert.Single(await script.RunAsync(ScriptStage.Source, Batch(table, row), TestContext.Current.CancellationToken));

    /// <summary>The outcome as text: <c>=</c>, <c>-</c>, <c>!line message</c>, or the rows.</summary>
    public static string Text(this ScriptOutcome outcome)
    {
        if (outcome.Error is { } error) return $"!{error.Line} {error.Message}";
        if (outcome.IsUnchanged) return "=";
        return outcome.IsDropped ? "-" : string.Join(" + ", outcome.Rows.Select(Text));
    }

    private static string Text(ScriptRow row) =>
        string.Join(
            ' ', new[] { row.Table, row.IsDelete ? "delete" : "upsert", Text(row.Key), Text(row.Row) }.Where(
                t => !string.IsNullOrEmpty(t)));

    private static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);

    private static RowFrame Frame(string key, string after, string before) => new(Version, Bytes(key), Bytes(after), Bytes(before));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
