using Xunit.Sdk;
using Xunit.v3;

namespace Failback.EndToEnd.Tests.Healing;

/// <summary>For a class whose tests show what one leaves to the next.</summary>
public sealed class InOrderOfNames : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase => [.. testCases.OrderBy(testCase => testCase.TestCaseDisplayName, StringComparer.Ordinal)];
}
