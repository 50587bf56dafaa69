using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbKeyTests() : KeySuite(new MariaDbFixture());
