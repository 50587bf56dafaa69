using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>Unique is a virtual column. The stand-in names the table where Oracle names the index (ORA-00001).</summary>
public sealed class OracleUniqueTests() : UniqueSuite(new OracleFixture())
{
    protected override string Named => "item";

    protected override string Computed => ", low varchar(9) GENERATED ALWAYS AS (lower(code))";
}
