using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresReferenceTests() : ReferenceSuite(new PostgresFixture());
