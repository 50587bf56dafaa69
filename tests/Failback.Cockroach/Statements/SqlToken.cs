namespace Failback.Cockroach.Statements;

/// <summary>Kinds of tokens that matter for recognising statements.</summary>
internal enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Symbol,
}

/// <summary>A piece of SQL and where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Word in lower case, name and text without quotes, otherwise as written.</param>
/// <param name="Start">First character.</param>
/// <param name="End">After the last character.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Value, int Start, int End)
{
    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Value == word;

    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;
}
