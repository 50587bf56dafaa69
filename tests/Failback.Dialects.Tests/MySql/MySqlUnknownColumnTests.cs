using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlUnknownColumnTests() : UnknownColumnSuite(new MySqlFixture(), "ALTER TABLE item ADD COLUMN {0}");
