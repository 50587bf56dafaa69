namespace Failback.Cockroach.Statements;

/// <summary>Walks over the tokens of one statement.</summary>
internal sealed class TokenReader(IReadOnlyList<SqlToken> tokens, int start = 0)
{
    private int _at = start;

    public bool AtEnd => _at >= tokens.Count;

    public SqlToken? Current => AtEnd ? null : tokens[_at];

    /// <summary>Goes past the words if they all follow.</summary>
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

    /// <summary>One part of a name.</summary>
    public string Name() => Current is { IsName: true } token ? Advance(token) : throw Unexpected();

    /// <summary>A name of up to three parts, each as PostgreSQL keeps it.</summary>
    public IReadOnlyList<string> QualifiedName()
    {
        var parts = new List<string> { Name() };
        while (Take(".")) parts.Add(Name());
        return parts;
    }

    public string Number() => Current is { Kind: SqlTokenKind.Number } token ? Advance(token) : throw Unexpected();

    /// <summary>A value of an option or setting: text, number, word.</summary>
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
