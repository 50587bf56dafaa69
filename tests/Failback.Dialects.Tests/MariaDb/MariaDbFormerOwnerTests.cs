using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbFormerOwnerTests() : FormerOwnerSuite(new MariaDbFixture());
