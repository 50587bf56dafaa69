using Failback.Apply.Failures;
using Failback.Apply.Groups;
using Failback.Apply.Tables;
using Failback.Contracts.Control;
using Failback.Scripting;
using Xunit;

namespace Failback.Tests.Apply.Groups;

/// <summary>A table that cannot take rows is told by a code and a remedy before any row is written.</summary>
public sealed class TablePreconditionTests
{
    private static readonly TargetTable Whole = Sample.Table("id name rest", "id");
    private static readonly TargetTable Keyless = new(Whole.Name, Whole.Columns, [], [], []);

    public static TheoryData<TargetTable?, ColumnRule?, string?, string?, string?> Tables => new()
    {
        { Whole, null, null, null, null },
        { Whole, null, null, "rest", null },
        { Whole, null, "rest", null, null },
        { null, null, null, null, "missing_table: create it" },
        { Keyless, null, null, null, "no_primary_key: add one" },
        { Whole, new ColumnRule { Column = "nam", Rename = "absent" }, null, null, "column_rule: absent" },
        { Whole, null, "absent", null, "extras_column: ADD absent" },
        { Whole, null, null, "id", "extras_column: id" },
        { Whole, null, "id", "rest", "extras_column: id" },
    };

    [Theory]
    [MemberData(nameof(Tables), DisableDiscoveryEnumeration = true)]
    public void A_table_is_checked_with_its_rules_and_its_column_for_the_rest(
        TargetTable? table, ColumnRule? rule, string? scripted, string? extras, string? expected)
    {
        GroupContext context = Group.ContextOf(new StubDialect([Whole]), "shop.t");
        context = context with { Spec = context.Spec with { ExtrasColumn = extras } };
        var route = new TableRoute { Source = "shop.t", Target = "shop.t", Queue = "q", Columns = rule is null ? [] : [rule] };
        ScriptPlan script = scripted is null
            ? ScriptPlan.Empty
            : new ScriptPlan { Tables = [new ScriptTable("t", false, false, [], 1) { Extras = scripted }] };
        Failure? failure = TablePrecondition.Check(context, route, table, script);
        Assert.Equal(expected?.Split(": ")[0], failure?.Code);
        if (expected is not null) Assert.Contains(expected.Split(": ")[1], failure!.Message, StringComparison.Ordinal);
    }
}
