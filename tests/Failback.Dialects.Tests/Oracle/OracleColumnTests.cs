using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleColumnTests() : ColumnSuite(new OracleFixture(), "raw(16)", "LOWER(RAWTOHEX({0}))");
