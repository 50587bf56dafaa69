namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>A stack for the tests of userscripts.</summary>
public sealed class ScriptStackFixture : StackFixture;
