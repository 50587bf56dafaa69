using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbReferenceTests() : ReferenceSuite(new MariaDbFixture());
