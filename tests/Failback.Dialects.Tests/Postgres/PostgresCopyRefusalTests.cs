using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresCopyRefusalTests() : RefusalSuite(PostgresFixture.Copying);
