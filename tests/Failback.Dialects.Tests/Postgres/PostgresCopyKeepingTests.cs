using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>The same where every upsert is copied and merged.</summary>
public sealed class PostgresCopyKeepingTests() : PostgresKeepingSuite(PostgresFixture.Copying);
