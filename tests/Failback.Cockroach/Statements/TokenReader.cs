namespace Failback.Cockroach.Statements;

/// <summary>Reads the tokens of one statement in order.</summary>
internal sealed class TokenReader(IReadOnlyList<SqlToken> tokens, int start = 0)
{
    private int _at = start;

    public bool AtEnd => _at >= tokens.Count;

    public SqlToken? Current => AtEnd ? null : tokens[_at];

    /// <summary>Advances past the words if all of them follow.</summary>
    public bool Take(params string[] words)
    {
        if (_at + words.Length > tokens.Count) return false;
        for (int i = 0; i < words.Length; i++)
        {
            if (!tokens[_at + i].Is(words[i])) return false;
        }

        _at += words.Length;
        return true;
    }

    public void Require(params string[] words)
    {
        if (!Take(words)) throw Unexpected();
    }

    public string Text() => Current is { Kind: SqlTokenKind.Text } token ? Advance(token) : throw Unexpected();

    /// <summary>Reads one part of a name.</summary>
    public string Name() => Current is { IsName: true } token ? Advance(token) : throw Unexpected();

    /// <summary>Reads a name of up to three parts, each in PostgreSQL's case.</summary>
    public IReadOnlyList<string> QualifiedName()
    {
        var parts = new List<string> { Name() };
        while (Take(".")) parts.Add(Name());
        return parts;
    }

    public string Number() => Current is { Kind: SqlTokenKind.Number } token ? Advance(token) : throw Unexpected();

    /// <summary>Reads the value of an option or setting: text, number or word.</summary>
    public string Value()
    {
        string sign = Take("-") ? "-" : "";
        return Current is { Kind: not SqlTokenKind.Symbol } token ? sign + Advance(token) : throw Unexpected();
    }

    public void RequireEnd()
    {
        if (!AtEnd) throw Unexpected();
    }

    public StatementException Unexpected() =>
        new("42601", AtEnd ? "at or near \"EOF\": syntax error" : $"at or near \"{tokens[_at].Value}\": syntax error");

    private string Advance(SqlToken token)
    {
        _at++;
        return token.Value;
    }
}
