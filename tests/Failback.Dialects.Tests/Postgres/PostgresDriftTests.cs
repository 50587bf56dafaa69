using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresDriftTests() : DriftSuite(new PostgresFixture(), "ALTER TABLE item ALTER COLUMN {0} TYPE {1}");
