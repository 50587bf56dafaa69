using Xunit;

namespace Failback.Dialects.Tests.Inspection;

/// <summary>Tests that change a server for everybody for a moment.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
