using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlRefusalTests() : RefusalSuite(new MySqlFixture());
