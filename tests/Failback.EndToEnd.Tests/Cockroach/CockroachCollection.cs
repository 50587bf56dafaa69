using Xunit;

namespace Failback.EndToEnd.Tests.Cockroach;

/// <summary>One stack for all tests with a managed changefeed, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class CockroachCollection : ICollectionFixture<StackFixture>
{
    public const string Name = "cockroach";
}
