using Xunit;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>One stack of every service for the tests of the publish, one class after the other.</summary>
[CollectionDefinition(Name)]
public sealed class PublishedStackCollection : ICollectionFixture<PublishedStackFixture>
{
    public const string Name = "published";
}
