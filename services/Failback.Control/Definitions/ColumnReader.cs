using Failback.Contracts.Api;
using Failback.Contracts.Control;

namespace Failback.Control.Definitions;

/// <summary>Reads the rules for single columns of a table, by column name.</summary>
internal static class ColumnReader
{
    private const int LongestName = 128;

    public static IReadOnlyDictionary<string, ColumnMapping> Read(ObjectReader table)
    {
        var columns = new Dictionary<string, ColumnMapping>(StringComparer.Ordinal);
        if (table.Object("columns") is not { } members) return columns;
        foreach (string name in members.Names())
        {
            if (NameProblem(name) is { } problem) members.Fail(name, problem);
            else if (members.Object(name) is { } member) columns[name] = ReadColumn(member);
        }

        RefuseSharedTargets(members, columns);
        return columns;
    }

    private static ColumnMapping ReadColumn(ObjectReader reader)
    {
        var column = new ColumnMapping
        {
            Rename = reader.Text("rename", NameProblem),
            Ignore = reader.Flag("ignore") is true ? true : null,
            Constant = reader.Scalar("constant"),
            Convert = reader.OptionalChoice<ColumnConversion>("convert"),
            BooleanWords = reader.Object("booleanWords") is { } words ? ReadWords(words) : null,
            UuidByteOrder = reader.OptionalChoice<UuidByteOrder>("uuidByteOrder"),
        };
        reader.RefuseUnknown();
        string[] forms = [.. Members(column, valuesOnly: true)];
        string[] members = [.. Members(column, valuesOnly: false)];
        if (reader.HasErrors) return column;
        if (members.Length == 0) reader.Fail("says nothing; give one of rename, ignore, constant, convert, booleanWords, uuidByteOrder");
        else if (column.Ignore is true && members.Length > 1) reader.Fail("an ignored column has no other rule");
        else if (column.Constant is not null && members.Length > 1)
            reader.Fail("a constant column has no other rule; name the column of the target");
        else if (forms.Length > 1) reader.Fail($"{string.Join(" and ", forms)} exclude each other");
        return column;
    }

    private static BooleanWords ReadWords(ObjectReader reader)
    {
        string? yes = reader.Text("true");
        string? no = reader.Text("false");
        reader.RefuseUnknown();
        if (!reader.HasErrors && (yes is null || no is null || yes == no)) reader.Fail("true and false must be two different texts");
        return new BooleanWords(yes ?? "", no ?? "");
    }

    private static IEnumerable<string> Members(ColumnMapping column, bool valuesOnly)
    {
        if (column.Rename is not null && !valuesOnly) yield return "rename";
        if (column.Ignore is not null && !valuesOnly) yield return "ignore";
        if (column.Constant is not null && !valuesOnly) yield return "constant";
        if (column.Convert is not null) yield return "convert";
        if (column.BooleanWords is not null) yield return "booleanWords";
        if (column.UuidByteOrder is not null) yield return "uuidByteOrder";
    }

    private static void RefuseSharedTargets(ObjectReader members, Dictionary<string, ColumnMapping> columns)
    {
        foreach (IGrouping<string, string> shared in columns.Where(c => c.Value.Ignore is null)
            .GroupBy(c => c.Value.Rename ?? c.Key, c => c.Key, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            members.Fail($"{string.Join(" and ", shared.Order(StringComparer.Ordinal))} would both be written to {shared.Key}");
    }

    private static string? NameProblem(string name) =>
        name.Length is > 0 and <= LongestName && !name.Any(char.IsControl)
        ? null
        : $"must be a column name of 1 to {LongestName} characters";
}
