using Failback.Scripting;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>A script that the tests of a class share.</summary>
public abstract class ScriptFixture(string source) : IAsyncLifetime
{
    private Userscript? script;

    internal Userscript Script => script!;

    public async ValueTask InitializeAsync() => script = await Scripts.LoadAsync(source);

    public ValueTask DisposeAsync()
    {
        script?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
