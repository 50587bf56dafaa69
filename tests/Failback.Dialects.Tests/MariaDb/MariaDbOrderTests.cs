using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbOrderTests() : OrderSuite(new MariaDbFixture());
