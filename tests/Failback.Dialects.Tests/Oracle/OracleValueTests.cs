using Failback.Dialects.Tests.Suites;
using Failback.Dialects.Tests.Values;
using Xunit;

namespace Failback.Dialects.Tests.Oracle;

public sealed class OracleValueTests() : ValueSuite(new OracleFixture())
{
    public static TheoryData<int, string> Sets =>
        new(OracleValueTable.Sets.Index().Where(s => s.Item.Server.Length == 0).Select(s => (s.Index, s.Item.Name)));

    [Theory]
    [MemberData(nameof(Sets))]
    public Task A_value_is_stored_exactly_or_refused_with_its_reason(int set, string name)
    {
        ValueSet values = OracleValueTable.Sets[set];
        Assert.Equal(name, values.Name);
        return CheckAsync(values, "v");
    }
}
