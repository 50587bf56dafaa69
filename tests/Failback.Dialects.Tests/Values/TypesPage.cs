using System.Text;

namespace Failback.Dialects.Tests.Values;

/// <summary>The generated half of docs/reference/types.md: the value tables as Markdown.</summary>
internal static class TypesPage
{
    private const int LongestShown = 60;

    public const string Marker =
        "<!-- The tables below are written by TypesPageTests from the tables of values that run against real servers. -->";

    public static string Write()
    {
        var page = new StringBuilder(Marker).Append('\n');
        Section(page, "PostgreSQL", PostgresValueTable.Sets);
        Section(page, "MySQL and MariaDB", MySqlValueTable.Sets);
        Section(page, "Oracle", OracleValueTable.Sets);
        return page.ToString();
    }

    private static void Section(StringBuilder page, string title, IReadOnlyList<ValueSet> sets)
    {
        page.Append("\n## ").Append(title)
            .Append("\n\n| CockroachDB | Column | Stored (arrives → is read back) | Dead letter (arrives: reason) |\n|---|---|---|---|\n");
        foreach (ValueSet set in sets)
        {
            string column = set.Server.Length > 0 ? $"{Code(set.Column)} ({set.Server})" : Code(set.Column);
            if (set.Before.Length > 0)
                column += $": {string.Join(", ", set.Before.Split(";\n", StringSplitOptions.RemoveEmptyEntries).Select(Code))}";
            IEnumerable<string> kept = set.Cases.Where(c => c.Stored is not null)
                .Select(c => c.Json == c.Stored ? Code(c.Json) : $"{Code(c.Json)} → {(c.Stored == "-" ? "NULL" : Code(c.Stored!))}");
            if (set.Rule.Length > 0) kept = kept.Append(set.Rule);
            IEnumerable<string> refused = set.Cases.Where(c => c.Refusal is not null)
                .Select(c => (c.Json, Reason: c.Refusal!.Replace("column v: ", "", StringComparison.Ordinal)))
                .Select(c => c.Reason.Length > 0 ? $"{Code(c.Json)}: {c.Reason}" : Code(c.Json));
            page.Append("| ").Append(set.Source).Append(" | ").Append(column).Append(" | ").AppendJoin("; ", kept).Append(" | ")
                .AppendJoin("; ", refused).Append(" |\n");
        }
    }

    private static string Code(string text)
    {
        if (text.Length == 0) return "(empty)";
        string shown = text.Length > LongestShown ? text[..(LongestShown - 1)] + "…" : text;
        string tick = shown.Contains('`', StringComparison.Ordinal) ? "``" : "`";
        // A page with a real U+0000 in it is no text to git and grep.
        return tick + shown.Replace("|", "\\|", StringComparison.Ordinal).Replace("\0", "\\u0000", StringComparison.Ordinal) + tick;
    }
}
