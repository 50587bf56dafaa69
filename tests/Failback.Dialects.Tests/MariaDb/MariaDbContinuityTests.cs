using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbContinuityTests() : ContinuitySuite(new MariaDbFixture());
