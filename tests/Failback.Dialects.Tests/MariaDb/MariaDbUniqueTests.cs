using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>Unique is a generated column.</summary>
public sealed class MariaDbUniqueTests() : UniqueSuite(new MariaDbFixture());
