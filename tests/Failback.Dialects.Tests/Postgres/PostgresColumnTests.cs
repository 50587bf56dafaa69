using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresColumnTests() : ColumnSuite(new PostgresFixture(), "bytea", "encode({0}, 'hex')");
