using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbDriftTests() : DriftSuite(new MariaDbFixture(), "ALTER TABLE item MODIFY {0} {1}");
