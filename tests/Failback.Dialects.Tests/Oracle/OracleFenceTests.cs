using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleFenceTests() : FenceSuite(new OracleFixture());
