using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlContinuityTests() : ContinuitySuite(new MySqlFixture());
