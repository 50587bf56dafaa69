using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresRefusalTests() : RefusalSuite(new PostgresFixture());
