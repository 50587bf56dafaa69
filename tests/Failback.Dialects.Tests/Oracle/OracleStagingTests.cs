using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleStagingTests() : StagingSuite(new OracleFixture());
