using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleRefusalTests() : RefusalSuite(new OracleFixture())
{
    /// <summary>The stand-in's INT is a NUMBER of 38 digits, as Oracle's is.</summary>
    protected override string WideKey => "5000000000000000000000000000000000000000000";
}
