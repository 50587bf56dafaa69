using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>As a user without the privilege to switch foreign keys off: what no order helps cannot be hidden by that.</summary>
public sealed class PostgresOrdinaryRefusalTests() : RefusalSuite(new PostgresOrdinaryFixture());
