using Failback.Dialects.Tests.Suites;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleWriterTests(ITestOutputHelper output) : WriterSuite(new OracleFixture(), output)
{
    /// <summary>Neither Oracle nor its stand-in does.</summary>
    protected override bool LocksParents => false;
}
