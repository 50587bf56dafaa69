using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlKeyTests() : KeySuite(new MySqlFixture());
