using Xunit;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>One stack for all classes that break it. They run alone: what they measure and wait for is time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class FaultedStackCollection : ICollectionFixture<FaultedStack>
{
    public const string Name = "faulted stack";
}
