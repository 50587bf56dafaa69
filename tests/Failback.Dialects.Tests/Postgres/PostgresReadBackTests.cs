using Failback.Dialects.Tests.Keeping;
using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

/// <summary>What is read back is what was written, in every type.</summary>
public sealed class PostgresReadBackTests() : ValueSuite(new ReadBackFixture(new PostgresFixture()))
{
    [Fact]
    public Task Values_are_read_back_as_they_were_written() => CheckTogetherAsync(PostgresValueTable.Sets, "v::text");
}
