using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresUnknownColumnTests() : UnknownColumnSuite(new PostgresFixture(), "ALTER TABLE item ADD COLUMN {0}");
