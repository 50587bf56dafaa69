using Failback.Dialects.Tests.Suites;
using Xunit;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbWriterTests(ITestOutputHelper output) : WriterSuite(new MariaDbFixture(), output);
