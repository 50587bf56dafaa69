using Failback.Dialects.Tests.Keeping;
using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.MySql;

/// <summary>What is read back is what was written, in every type.</summary>
public sealed class MySqlReadBackTests() : ValueSuite(new ReadBackFixture(new MySqlFixture()))
{
    [Fact]
    public Task Values_are_read_back_as_they_were_written() =>
    CheckTogetherAsync([.. MySqlValueTable.Sets.Where(s => s.Server is "" or MySqlValueTable.MySql)], "CAST(v AS CHAR)");
}
