using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbColumnTests() : ColumnSuite(new MariaDbFixture(), "binary(16)", "LOWER(HEX({0}))");
