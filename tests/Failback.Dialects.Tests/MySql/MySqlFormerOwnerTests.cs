using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlFormerOwnerTests() : FormerOwnerSuite(new MySqlFixture());
