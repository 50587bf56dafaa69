using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.MariaDb;

public sealed class MariaDbValueTests() : ValueSuite(new MariaDbFixture())
{
    public static TheoryData<int, string> Sets =>
        new(MySqlValueTable.Sets.Index().Where(s => s.Item.Server is "" or MySqlValueTable.MariaDb).Select(s => (s.Index, s.Item.Name)));

    [Theory]
    [MemberData(nameof(Sets))]
    public Task A_value_is_stored_exactly_or_refused_with_its_reason(int set, string name)
    {
        ValueSet values = MySqlValueTable.Sets[set];
        Assert.Equal(name, values.Name);
        return CheckAsync(values, "CAST(v AS CHAR)");
    }

    [Fact]
    public Task Values_are_kept_alike_where_rows_are_joined() =>
        CheckTogetherAsync([.. MySqlValueTable.Sets.Where(s => s.Server is "" or MySqlValueTable.MariaDb)], "CAST(v AS CHAR)");
}
