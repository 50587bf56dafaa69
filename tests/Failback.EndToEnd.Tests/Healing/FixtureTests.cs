using System.Reflection;
using Xunit;

namespace Failback.EndToEnd.Tests.Healing;

/// <summary>No fixture of this assembly is left out of the healing.</summary>
public sealed class FixtureTests
{
    private static readonly Type[] Kinds = [typeof(IClassFixture<>), typeof(ICollectionFixture<>)];

    [Fact]
    public void Every_fixture_that_tests_share_heals_around_every_test()
    {
        Type[] types = typeof(FixtureTests).Assembly.GetTypes();
        Type[] fixtures = [.. types.SelectMany(type => type.GetInterfaces())
            .Where(face => face.IsGenericType && Kinds.Contains(face.GetGenericTypeDefinition()))
            .Select(face => face.GetGenericArguments()[0]).Distinct()];
        Assert.Contains(typeof(StackFixture), fixtures);
        Assert.Empty(fixtures.Where(fixture => !typeof(IHealingFixture).IsAssignableFrom(fixture)).Select(fixture => fixture.FullName));
        Assert.Empty(typeof(FixtureTests).Assembly.GetCustomAttributes<AssemblyFixtureAttribute>());
        Assert.Single(typeof(FixtureTests).Assembly.GetCustomAttributes<HealsFixturesAttribute>());
    }
}
