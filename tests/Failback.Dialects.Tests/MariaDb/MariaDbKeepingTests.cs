using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbKeepingTests() : MySqlKeepingSuite(new MariaDbFixture());
