using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlColumnTests() : ColumnSuite(new MySqlFixture(), "binary(16)", "LOWER(HEX({0}))");
