namespace Failback.Cockroach.Statements;

/// <summary>Kinds of tokens that are needed to recognise statements.</summary>
internal enum SqlTokenKind
{
    Word,
    QuotedName,
    Text,
    Number,
    Symbol,
}

/// <summary>A token of SQL with its position.</summary>
/// <param name="Kind">Kind of token.</param>
/// <param name="Value">Word in lower case; name and text without quotes; others as written.</param>
/// <param name="Start">Position of the first character.</param>
/// <param name="End">Position after the last character.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Value, int Start, int End)
{
    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Value == word;

    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;
}
