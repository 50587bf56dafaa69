using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Definitions;

namespace Failback.Control.DeadLetters;

/// <summary>Reads which letters a call means.</summary>
internal static class LetterFilter
{
    private const string Every = "all";

    /// <exception cref="ApiException">A part of the query cannot be understood.</exception>
    public static DeadLetterFilter Of(LetterQuery query, TimeProvider time)
    {
        LetterState state = LetterState.Open;
        if (query.State is { } word && word != Every && !Word.TryParse(word, out state))
            throw Wrong("state", $"'{word}' is none of {string.Join(", ", Word.All<LetterState>())}, {Every}");
        if (PlainText.HasControl(query.Table)) throw Wrong("table", "holds a control character");
        if (PlainText.HasControl(query.ErrorClass)) throw Wrong("errorClass", "holds a control character");
        TimeSpan age = TimeSpan.Zero;
        if (query.OlderThan is not null && !Duration.TryParse(query.OlderThan, out age))
            throw Wrong("olderThan", $"expected {Duration.Expected}");
        return new DeadLetterFilter
        {
            Table = query.Table,
            State = query.State == Every ? null : state,
            ErrorClass = query.ErrorClass,
            Before = query.OlderThan is null ? null : time.GetUtcNow() - age,
            Ids = query.Ids ?? [],
        };
    }

    private static ApiException Wrong(string field, string message) =>
        new(422, "invalid_filter", $"{field}: {message}", "correct the filter and repeat") { Fields = [new FieldError(field, message)] };
}
