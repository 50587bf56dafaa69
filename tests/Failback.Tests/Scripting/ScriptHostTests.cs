using Failback.Apply.Failures;
using Failback.Apply.Scripts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Scripting;
using Failback.Scripting.Host;
using Failback.Sink.Bodies;
using Failback.Sink.Counters;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;
using Failback.Sink.Settings;
using Failback.Tests.Sink;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>
/// What control, sink and applier say where neither the compiler nor the process of userscripts is installed. Runs alone: the place of both
/// is the process's.
/// </summary>
[Collection(Alone)]
public sealed class ScriptHostTests : IDisposable
{
    private const string Alone = "no script host";
    private static readonly ScriptSpec Script = new(1, "", []);
    private readonly object? _folder = AppContext.GetData(ScriptPrograms.FolderProperty);

    public ScriptHostTests() => AppContext.SetData(ScriptPrograms.FolderProperty, "/nowhere");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_compiler_is_missed_by_name()
    {
        var e = await Assert.ThrowsAsync<ScriptHostException>(() => ScriptCompiler.CompileAsync("let a = 1;", Cancelled));
        Assert.StartsWith("the compiler of userscripts does not start: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/typescript/tsc", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_is_missed_by_name()
    {
        var e = await Assert.ThrowsAsync<ScriptHostException>(() => Userscript.LoadAsync(Script, new ScriptLimits(), Cancelled));
        Assert.StartsWith("the process in which userscripts run does not start: ", e.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/Failback.Scripting.dll", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_applier_halts_the_group_with_a_remedy_that_leaves_the_script_alone()
    {
        using var runner = new ScriptRunner(Script);
        Failure failure = (await Assert.ThrowsAsync<GroupHaltedException>(() => runner.PlanAsync(Cancelled))).Failure;
        Assert.Equal("script_host", failure.Code);
        Assert.EndsWith(ScriptHostException.Remedy, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("activate another version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sink_refuses_rows_with_the_same_remedy()
    {
        var budget = new BodyBudget(Options.Create(new SinkOptions()));
        using var slot = new ScriptSlot(_ => { });
        slot.Use(Script);
        var router = new ScriptRouter(Bodies.Spec, slot, budget, new FeedCounters("shop", "", TimeProvider.System), TimeProvider.System);

        var e = await Assert.ThrowsAsync<RefusedException>(
            () => router.RouteAsync(new ChangefeedBody([], 1, null), new BodyBuffer(budget.Return, 1024), Cancelled));

        Assert.Equal(503, e.Status);
        Assert.EndsWith(ScriptHostException.Remedy, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Control_answers_a_code_with_the_remedy()
    {
        ApiException answer = new FailureExplanation(null!).Explain(new ScriptHostException("the compiler", "gone"));
        Assert.Equal((503, "script_host", ScriptHostException.Remedy), (answer.Status, answer.Code, answer.Remedy));
    }

    public void Dispose() => AppContext.SetData(ScriptPrograms.FolderProperty, _folder);

    /// <summary>After all classes that run beside each other.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class RunsAlone;
}
