using Failback.Dialects.Tests.Keeping;
using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.MariaDb;

/// <summary>What is read back is what was written, in every type.</summary>
public sealed class MariaDbReadBackTests() : ValueSuite(new ReadBackFixture(new MariaDbFixture()))
{
    [Fact]
    public Task Values_are_read_back_as_they_were_written() =>
    CheckTogetherAsync([.. MySqlValueTable.Sets.Where(s => s.Server is "" or MySqlValueTable.MariaDb)], "CAST(v AS CHAR)");
}
