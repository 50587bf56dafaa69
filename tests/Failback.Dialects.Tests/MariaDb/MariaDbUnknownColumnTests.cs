using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbUnknownColumnTests() : UnknownColumnSuite(new MariaDbFixture(), "ALTER TABLE item ADD COLUMN {0}");
