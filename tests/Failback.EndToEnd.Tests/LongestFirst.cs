using Failback.EndToEnd.Tests;
using Failback.EndToEnd.Tests.Cockroach;
using Failback.EndToEnd.Tests.Control;
using Failback.EndToEnd.Tests.Faults;
using Failback.EndToEnd.Tests.MySql;
using Failback.EndToEnd.Tests.Sink;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Failback.EndToEnd.Tests;

/// <summary>Collections that take minutes begin first, so that none of them is left alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Long =
    [
        CockroachCollection.Name, nameof(FaultScheduleTests), nameof(KillTests), nameof(SinkFaultTests), nameof(SurvivalTests),
        nameof(MySqlCaptureTests), nameof(ContinuedStepsTests), nameof(TwoControlsTests), nameof(LargeTests),
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection => [.. testCollections.OrderBy(Place)];

    private static int Place<TTestCollection>(TTestCollection collection)
        where TTestCollection : ITestCollection
    {
        int place = Array.FindIndex(Long, name => collection.TestCollectionDisplayName.Contains(name, StringComparison.Ordinal));
        return place < 0 ? Long.Length : place;
    }
}
