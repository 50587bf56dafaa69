using Xunit;

namespace Failback.EndToEnd.Tests.Scripts;

/// <summary>One stack for the tests of userscripts that take seconds, one class after the other.</summary>
[CollectionDefinition(Name)]
public sealed class ScriptStackCollection : ICollectionFixture<ScriptStackFixture>
{
    public const string Name = "scripts";
}
