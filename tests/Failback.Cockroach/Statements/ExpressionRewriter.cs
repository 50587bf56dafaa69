using System.Text;

namespace Failback.Cockroach.Statements;

/// <summary>
/// Rewrites CockroachDB's elements of ordinary statements: functions, types, <c>AS OF SYSTEM TIME</c> and <c>[SHOW …]</c>.
/// </summary>
internal static class ExpressionRewriter
{
    private static readonly Dictionary<string, string> Functions = new(StringComparer.Ordinal)
    {
        ["cluster_logical_timestamp"] = "crdb_internal.cluster_logical_timestamp",
        ["version"] = "crdb_internal.version",
        ["follower_read_timestamp"] = "crdb_internal.follower_read_timestamp",
    };

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal) { ["string"] = "text", ["bytes"] = "bytea" };

    public static string Rewrite(string sql, List<SqlToken> tokens)
    {
        bool definition = tokens is [{ Kind: SqlTokenKind.Word, Value: "create" or "alter" }, ..];
        bool transaction = tokens[0].Is("begin") || tokens[0].Is("start") || tokens[0].Is("set");
        var output = new StringBuilder();
        int at = tokens[0].Start;
        for (int i = 0; i < tokens.Count; i++)
        {
            (string Text, int Last)? change = Change(tokens, i, definition, transaction);
            if (change is not { } found) continue;
            output.Append(sql, at, tokens[i].Start - at).Append(found.Text);
            i = found.Last;
            at = tokens[i].End;
        }

        return output.Append(sql, at, tokens[^1].End - at).ToString();
    }

    private static (string Text, int Last)? Change(List<SqlToken> tokens, int i, bool definition, bool transaction)
    {
        SqlToken token = tokens[i];
        bool qualified = i > 0 && tokens[i - 1].Is(".");
        if (token.Kind == SqlTokenKind.Word && !qualified)
        {
            bool call = i + 1 < tokens.Count && tokens[i + 1].Is("(");
            if (call && !definition && Functions.TryGetValue(token.Value, out string? function)) return (function, i);
            if (Types.TryGetValue(token.Value, out string? type)
                && (definition || (i > 0 && tokens[i - 1].Is("::")) || (i > 0 && tokens[i - 1].Is("as")))) return (type, i);
            if (token.Value == "crdb_internal_mvcc_timestamp") return ("crdb_internal.row_hlc(xmin)", i);
            if (token.Value == "as" && new TokenReader(tokens, i).Take("as", "of", "system", "time"))
                return AsOf(tokens, i + 4, transaction);
        }

        return token.Is("[") && i + 1 < tokens.Count && tokens[i + 1].Is("show") ? Bracket(tokens, i) : null;
    }

    // The time is checked as by CockroachDB, but the rows are the current ones; docs/design/stand-in.md says so.
    private static (string, int) AsOf(List<SqlToken> tokens, int time, bool transaction)
    {
        if (time >= tokens.Count) throw new StatementException("42601", "at or near \"EOF\": syntax error");
        int last = time;
        string expression;
        if (tokens[time].Kind == SqlTokenKind.Word && time + 2 < tokens.Count && tokens[time + 1].Is("("))
        {
            last = time + 2;
            expression = "crdb_internal.cluster_logical_timestamp()::text";
        }
        else
        {
            bool negative = tokens[time].Is("-");
            if (negative) last++;
            expression = Pg.Literal((negative ? "-" : "") + tokens[last].Value);
        }

        return (transaction ? "" : $"CROSS JOIN (SELECT FROM crdb_internal.as_of({expression})) AS as_of_system_time", last);
    }

    private static (string, int) Bracket(List<SqlToken> tokens, int open)
    {
        int close = tokens.FindIndex(open, token => token.Is("]"));
        if (close < 0) throw new StatementException("42601", "at or near \"EOF\": syntax error");
        string query = StatementRewriter.Own(new TokenReader(tokens.GetRange(open + 1, close - open - 1)))
            ?? throw new StatementException("0A000", "this stand-in does not know the SHOW statement in brackets");
        return ($"({query})", close);
    }
}
