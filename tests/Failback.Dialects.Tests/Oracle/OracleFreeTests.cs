using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleFreeOrderTests() : OrderSuite(new OracleFreeFixture());

public sealed class OracleFreeGuardTests() : GuardSuite(new OracleFreeFixture());

public sealed class OracleFreeFenceTests() : FenceSuite(new OracleFreeFixture());

public sealed class OracleFreeColumnTests() : ColumnSuite(new OracleFreeFixture(), "raw(16)", "LOWER(RAWTOHEX({0}))");

public sealed class OracleFreeWriterTests(ITestOutputHelper output) : WriterSuite(new OracleFreeFixture(), output)
{
    protected override bool LocksParents => false;
}

public sealed class OracleFreeValueTests() : ValueSuite(new OracleFreeFixture())
{
    /// <summary>All at once: where there is no server, one line says so.</summary>
    [Fact]
    public async Task Values_are_stored_exactly_or_refused_with_their_reason()
    {
        foreach (ValueSet set in OracleValueTable.Sets.Where(s => s.Server.Length == 0)) await CheckAsync(set, "v");
    }
}
