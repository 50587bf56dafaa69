using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Postgres;

public sealed class PostgresValueTests() : ValueSuite(new PostgresFixture())
{
    public static TheoryData<int, string> Sets => new(PostgresValueTable.Sets.Index().Select(s => (s.Index, s.Item.Name)));

    [Theory]
    [MemberData(nameof(Sets))]
    public Task A_value_is_stored_exactly_or_refused_with_its_reason(int set, string name)
    {
        ValueSet values = PostgresValueTable.Sets[set];
        Assert.Equal(name, values.Name);
        return CheckAsync(values, "v::text");
    }
}
