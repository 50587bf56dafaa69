using System.Reflection;
using Failback.EndToEnd.Tests.Healing;
using Xunit;
using Xunit.v3;

[assembly: HealsFixtures]

namespace Failback.EndToEnd.Tests.Healing;

/// <summary>
/// Around every test of the assembly: the fixtures of its class and its collection are looked at. After the test, too, since the next one
/// may need them before it begins, in its constructor.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class HealsFixturesAttribute : BeforeAfterTestAttribute
{
    // xUnit waits for nothing here.
    public override void Before(MethodInfo methodUnderTest, IXunitTest test) => Task.Run(() => BeforeAsync(test)).GetAwaiter().GetResult();

    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Task.Run(() => AfterAsync(test)).GetAwaiter().GetResult();

    private static async Task BeforeAsync(IXunitTest test)
    {
        foreach (IHealingFixture fixture in await FixturesAsync(test)) Report("before", test, await fixture.HealAsync());
    }

    private static async Task AfterAsync(IXunitTest test)
    {
        foreach (IHealingFixture fixture in await FixturesAsync(test))
        {
            Report("after", test, await fixture.HealAsync());
            Report("after", test, await fixture.SweepAsync());
        }
    }

    private static async Task<IReadOnlyList<IHealingFixture>> FixturesAsync(IXunitTest test)
    {
        List<IHealingFixture> fixtures = [];
        foreach (Type type in test.TestCase.TestClass.ClassFixtureTypes.Concat(test.TestCase.TestCollection.CollectionFixtureTypes))
        {
            if (await TestContext.Current.GetFixture(type) is IHealingFixture fixture) fixtures.Add(fixture);
        }

        return fixtures;
    }

    // Also on the console: it may be the only trace of a fault that did not fail its test.
    private static void Report(string when, IXunitTest test, IReadOnlyList<string> mended)
    {
        foreach (string what in mended) Console.WriteLine($"mended {when} {test.TestDisplayName}: {what}");
    }
}
