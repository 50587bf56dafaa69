using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresGuardTests() : GuardSuite(new PostgresFixture());
