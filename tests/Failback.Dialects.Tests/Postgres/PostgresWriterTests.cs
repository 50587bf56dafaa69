using Failback.Dialects.Tests.Suites;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresWriterTests(ITestOutputHelper output) : WriterSuite(new PostgresFixture(), output);
