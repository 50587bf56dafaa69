using System.Collections.Frozen;
using Failback.Contracts;

namespace Failback.Source;

/// <summary>Quotes names and literals for CockroachDB.</summary>
public static class SqlText
{
    // Words that CockroachDB does not accept as a table name without quotes (reserved and column-name keywords,
    // https://www.cockroachlabs.com/docs/stable/keywords-and-identifiers).
    private static readonly FrozenSet<string> Reserved = """
        all analyse analyze and annotate_type any array as asc asymmetric authorization between bigint bit boolean both box2d case cast char
        character characteristics check coalesce collate collation column concurrently constraint create cross current_catalog current_date
        current_role current_schema current_time current_timestamp current_user dec decimal default deferrable desc distinct do else end except
        exists extract extract_duration false family fetch float for foreign from full geography geometry grant greatest group grouping having if
        iferror ifnull ilike in index index_after_order_by_before_at index_before_name_then_paren index_before_paren inner inout int integer
        intersect interval into is isnull join lateral leading least left like limit localtime localtimestamp natural none not nothing notnull
        null nullif numeric of offset on only or order out outer overlaps overlay placing point position precision primary real references
        returning right row select session_user setof similar smallint some string substring symmetric table tenant_all then time timestamp
        timestamptz timetz to trailing treat trim true union unique user using values varbit varchar variadic view virtual when where window with work
        """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Returns a literal. Quotes inside are doubled; backslashes have no special meaning.</summary>
    public static string Literal(string text) => "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    /// <summary>Returns a name of one to three parts, each quoted where necessary.</summary>
    public static string Name(string name)
    {
        TableName parts = TableName.Parse(name);
        return string.Join(
            '.', new[] { parts.Database, parts.Schema, parts.Table }.Where(part => !string.IsNullOrEmpty(part)).Select(Identifier));
    }

    /// <summary>Returns the quoted name of a column.</summary>
    public static string Column(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    private static string Identifier(string part)
    {
        bool plain = (char.IsAsciiLetterLower(part[0]) || part[0] == '_')
            && part.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            && !Reserved.Contains(part);
        return plain ? part : "\"" + part.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}
