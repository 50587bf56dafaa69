using Failback.Dialects.Tests.Suites;
using Xunit;

namespace Failback.Dialects.Tests.MySql;

public sealed class MySqlWriterTests(ITestOutputHelper output) : WriterSuite(new MySqlFixture(), output);
