using Failback.Scripting;
using Xunit;

namespace Failback.Tests.Scripting;

/// <summary>A script that the tests of a class share.</summary>
public abstract class ScriptFixture(string source) : IAsyncLifetime
{
    private Userscript? _script;

    internal Userscript Script => _script!;

    public async ValueTask InitializeAsync() => _script = await Scripts.LoadAsync(source);

    public ValueTask DisposeAsync()
    {
        _script?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
