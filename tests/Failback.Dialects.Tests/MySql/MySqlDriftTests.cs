using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlDriftTests() : DriftSuite(new MySqlFixture(), "ALTER TABLE item MODIFY {0} {1}");
