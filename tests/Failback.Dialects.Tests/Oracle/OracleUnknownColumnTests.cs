using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleUnknownColumnTests() : UnknownColumnSuite(new OracleFixture(), "ALTER TABLE item ADD ({0})");
