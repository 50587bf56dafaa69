using Failback.Apply.Columns;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;
using Xunit;

namespace Failback.Tests.Apply.Columns;

/// <summary>Which column of the target a column of the feed goes to, and which rules cannot be followed.</summary>
public sealed class ColumnMapTests
{
    private static readonly TargetTable Table = Sample.Table("id name Name total*", "id");

    [Theory]
    [InlineData("id", 0)]
    [InlineData("ID", 0)]
    [InlineData("name", 1)]
    [InlineData("Name", 2)]
    [InlineData("NAME", 1)]
    [InlineData("nam", ColumnMap.Unknown)]
    [InlineData("", ColumnMap.Unknown)]
    public void Columns_go_by_name_exact_before_regardless_of_case(string source, int ordinal) =>
    Assert.Equal(ordinal, new ColumnMap(Table, []).Find(source));

    [Theory]
    [InlineData("title", 1)]
    [InlineData("TITLE", 1)]
    [InlineData("name", ColumnMap.Contested)]
    [InlineData("note", ColumnMap.LeftOut)]
    [InlineData("NOTE", ColumnMap.LeftOut)]
    [InlineData("Name", 2)]
    [InlineData("id", 0)]
    public void A_rule_goes_before_the_name(string source, int ordinal)
    {
        ColumnRule[] rules = [new() { Column = "title", Rename = "name" }, new() { Column = "note", Ignore = true }];
        Assert.Equal(ordinal, new ColumnMap(Table, rules).Find(source));
    }

    /// <summary>Of two columns of the target that differ by case only, a rule speaks of the one that it names.</summary>
    [Theory]
    [InlineData("name", 1)]
    [InlineData("Name", ColumnMap.LeftOut)]
    [InlineData("NAME", ColumnMap.LeftOut)]
    public void A_rule_regardless_of_case_does_not_take_the_namesake_of_its_column(string source, int ordinal)
    {
        Assert.Equal(ordinal, new ColumnMap(Table, [new ColumnRule { Column = "Name", Ignore = true }]).Find(source));
        Assert.Equal(ordinal, new ColumnMap(Table, [new ColumnRule { Column = "Name", Constant = "1" }]).Find(source));
    }

    [Fact]
    public void A_rule_regardless_of_case_converts_and_renames_its_own_column_only()
    {
        var map = new ColumnMap(Table, [new ColumnRule { Column = "Name", Convert = ColumnConversion.Hex }]);
        Assert.Equal((1, 2), (map.Find("name"), map.Find("Name")));
        Assert.Equal((false, true), (map.Converts(1), map.Converts(2)));
        var renamed = new ColumnMap(Sample.Table("id name Name full", "id"), [new ColumnRule { Column = "Name", Rename = "full" }]);
        Assert.Equal((1, 3), (renamed.Find("name"), renamed.Find("Name")));
    }

    [Fact]
    public void A_constant_stands_in_every_row()
    {
        var map = new ColumnMap(Table, [new ColumnRule { Column = "name", Constant = "\"x\"" }]);
        Assert.Equal("\"x\"", Sample.Text(map.Constant(1)));
        Assert.True(map.Constant(0).IsMissing);
        Assert.Equal(ColumnMap.LeftOut, map.Find("name"));
    }

    [Theory]
    [InlineData("-", "-")]
    [InlineData("null", "null")]
    [InlineData("\"\\\\x00ff\"", "\"00ff\"")]
    public void Only_values_are_given_another_form(string json, string converted)
    {
        var map = new ColumnMap(Table, [new ColumnRule { Column = "name", Convert = ColumnConversion.Hex }]);
        RawValue value = json == "-" ? default : new RawValue(Sample.Bytes(json));
        Assert.Equal(converted, Sample.Text(map.Convert(1, value)));
    }

    [Fact]
    public void A_value_without_that_form_is_refused_by_the_name_of_its_column_and_not_by_its_content()
    {
        var map = new ColumnMap(Table, [new ColumnRule { Column = "name", Convert = ColumnConversion.Hex }]);
        string message = Assert.Throws<ValueException>(() => map.Convert(1, new RawValue("\"s3cret\""u8.ToArray()))).Message;
        Assert.Contains("name", message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", message, StringComparison.Ordinal);
    }

    public static TheoryData<ColumnRule, string?> Rules => new()
    {
        { new ColumnRule { Column = "title", Rename = "name" }, null },
        { new ColumnRule { Column = "absent", Ignore = true }, null },
        { new ColumnRule { Column = "id", Rename = "id" }, null },
        { new ColumnRule { Column = "id", Ignore = true }, "primary key" },
        { new ColumnRule { Column = "title", Rename = "titel" }, "no column titel" },
        { new ColumnRule { Column = "absent", Constant = "1" }, "no column absent" },
        { new ColumnRule { Column = "total", Constant = "1" }, "computed" },
        { new ColumnRule { Column = "sum", Rename = "total" }, "computed" },
        { new ColumnRule { Column = "id", Convert = ColumnConversion.Truncate }, "two rows could become one" },
        { new ColumnRule { Column = "id", Convert = ColumnConversion.NearestFloat }, "two rows could become one" },
    };

    [Theory]
    [MemberData(nameof(Rules), DisableDiscoveryEnumeration = true)]
    public void A_rule_that_cannot_be_followed_is_told_before_rows_are_written(ColumnRule rule, string? problem)
    {
        string? told = new ColumnMap(Table, [rule]).Problem();
        if (problem is null) Assert.Null(told);
        else Assert.Contains(problem, told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_column_may_be_left_out_where_another_column_feeds_it()
    {
        var map = new ColumnMap(
            Table, [new ColumnRule { Column = "id", Ignore = true }, new ColumnRule { Column = "number", Rename = "id" }]);
        Assert.Null(map.Problem());
        Assert.Equal((ColumnMap.LeftOut, 0, "number"), (map.Find("id"), map.Find("number"), map.SourceName(0)));
    }
}
