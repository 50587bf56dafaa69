using Failback.Apply.Ownership;
using Failback.Contracts.Control;
using Failback.Tests.Apply.Groups;
using Xunit;

namespace Failback.Tests.Apply.Ownership;

public sealed class ApplyGroupTests
{
    [Theory]
    [InlineData(ApplyMode.Consistent, "shop: hr.a hr.b")]
    [InlineData(ApplyMode.BestEffort, "shop/hr.a: hr.a", "shop/hr.b: hr.b")]
    [InlineData(ApplyMode.Immediate, "shop/hr.a: hr.a", "shop/hr.b: hr.b")]
    public void Tables_are_one_group_in_consistent_mode_and_one_each_otherwise(ApplyMode mode, params string[] groups)
    {
        FailbackSpec spec = Group.ContextOf(new StubDialect(), "hr.a", "hr.b").Spec with { Mode = mode };
        Assert.Equal(groups, ApplyGroup.Of(spec).Select(g => $"{g.Name}: {string.Join(' ', g.Tables.Select(t => t.Target))}"));
    }
}
