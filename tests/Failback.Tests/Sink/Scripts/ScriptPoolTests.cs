using Failback.Scripting;
using Failback.Scripting.Compiling;
using Failback.Sink.Scripts;
using Xunit;

namespace Failback.Tests.Sink.Scripts;

/// <summary>A script that cannot be used keeps the rows out, however often it is asked for.</summary>
public sealed class ScriptPoolTests
{
    [Fact]
    public async Task A_script_whose_plan_has_errors_is_refused_by_every_request()
    {
        CompiledScript compiled = await ScriptCompiler.CompileAsync(
            """
            import * as api from "replicator@v1";
            api.configureTable("orders", { cas: ["version"] });
            """,
            TestContext.Current.CancellationToken);
        using var pool = new ScriptPool(compiled.ToSpec(1));
        for (int request = 0; request < 3; request++)
            await Assert.ThrowsAsync<ScriptLoadException>(() => pool.DecidesAsync(TestContext.Current.CancellationToken).AsTask());
    }
}
