using Failback.Dialects.Tests.Keeping;
using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

/// <summary>What is read back is what was written, in every type.</summary>
public sealed class OracleReadBackTests() : ValueSuite(new ReadBackFixture(new OracleFixture()))
{
    [Fact]
    public Task Values_are_read_back_as_they_were_written() =>
    CheckTogetherAsync(
        [.. OracleValueTable.Sets.Where(s => s.Server.Length == 0 && !s.Column.Contains("NOT NULL", StringComparison.OrdinalIgnoreCase))],
        "v");
}
