using Failback.Dialects.Tests.Suites;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>As a superuser on purpose: the attempt that switches foreign keys off must not hide what no order helps.</summary>
public sealed class PostgresSuperuserRefusalTests() : RefusalSuite(PostgresFixture.Superuser);
