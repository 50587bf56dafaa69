using System.Text;

namespace Failback.Cockroach.Statements;

/// <summary>Splits SQL into tokens; comments and white space are dropped.</summary>
internal static class SqlScanner
{
    public static List<SqlToken> Scan(string sql)
    {
        var tokens = new List<SqlToken>();
        int at = 0;
        while (at < sql.Length)
        {
            char c = sql[at];
            if (char.IsWhiteSpace(c)) at++;
            else if (c == '-' && Next(sql, at) == '-') at = End(sql.IndexOf('\n', at), sql);
            else if (c == '/' && Next(sql, at) == '*') at = End(sql.IndexOf("*/", at + 2, StringComparison.Ordinal), sql, 2);
            else at = Take(sql, at, tokens);
        }

        return tokens;
    }

    /// <summary>Returns the tokens of each statement, without separators.</summary>
    public static IEnumerable<List<SqlToken>> Statements(string sql)
    {
        var statement = new List<SqlToken>();
        foreach (SqlToken token in Scan(sql))
        {
            if (!token.Is(";"))
            {
                statement.Add(token);
                continue;
            }

            if (statement.Count > 0) yield return statement;
            statement = [];
        }

        if (statement.Count > 0) yield return statement;
    }

    private static int Take(string sql, int start, List<SqlToken> tokens)
    {
        char c = sql[start];
        if (c is 'e' or 'E' && Next(sql, start) == '\'') return Quoted(sql, start, start + 1, tokens, escapes: true);
        if (c == '\'') return Quoted(sql, start, start, tokens, escapes: false);
        if (c == '"') return Quoted(sql, start, start, tokens, escapes: false);
        if (c == '$' && DollarTag(sql, start) is { } tag) return Dollar(sql, start, tag, tokens);
        int end = start + 1;
        if (char.IsLetter(c) || c == '_')
        {
            while (end < sql.Length && (char.IsLetterOrDigit(sql[end]) || sql[end] is '_' or '$')) end++;
            tokens.Add(new SqlToken(SqlTokenKind.Word, sql[start..end].ToLowerInvariant(), start, end));
            return end;
        }

        if (char.IsAsciiDigit(c))
        {
            while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '.')) end++;
            tokens.Add(new SqlToken(SqlTokenKind.Number, sql[start..end], start, end));
            return end;
        }

        if (c == ':' && Next(sql, start) == ':') end++;
        tokens.Add(new SqlToken(SqlTokenKind.Symbol, sql[start..end], start, end));
        return end;
    }

    private static int Quoted(string sql, int start, int open, List<SqlToken> tokens, bool escapes)
    {
        char quote = sql[open];
        var text = new StringBuilder();
        int at = open + 1;
        for (; at < sql.Length; at++)
        {
            if (escapes && sql[at] == '\\' && at + 1 < sql.Length) text.Append(sql[++at]);
            else if (sql[at] != quote) text.Append(sql[at]);
            else if (Next(sql, at) == quote) text.Append(sql[at++]);
            else break;
        }

        int end = Math.Min(at + 1, sql.Length);
        tokens.Add(new SqlToken(quote == '"' ? SqlTokenKind.QuotedName : SqlTokenKind.Text, text.ToString(), start, end));
        return end;
    }

    private static string? DollarTag(string sql, int start)
    {
        int close = sql.IndexOf('$', start + 1);
        if (close < 0 || sql.AsSpan(start + 1, close - start - 1).ContainsAnyExcept(TagCharacters)) return null;
        // $1 is a parameter, not a tag.
        return close > start + 1 && char.IsAsciiDigit(sql[start + 1]) ? null : sql[start..(close + 1)];
    }

    private static readonly System.Buffers.SearchValues<char> TagCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

    private static int Dollar(string sql, int start, string tag, List<SqlToken> tokens)
    {
        int body = start + tag.Length;
        int close = sql.IndexOf(tag, body, StringComparison.Ordinal);
        int end = End(close, sql, tag.Length);
        tokens.Add(new SqlToken(SqlTokenKind.Text, sql[body..(close < 0 ? sql.Length : close)], start, end));
        return end;
    }

    private static char Next(string sql, int at) => at + 1 < sql.Length ? sql[at + 1] : '\0';

    private static int End(int found, string sql, int length = 0) => found < 0 ? sql.Length : found + length;
}
