using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Control.Api;

/// <summary>Reads a word of the query that chooses entries of a list: exactly one that the API writes, in any case.</summary>
internal static class FilterWord
{
    /// <summary>Returns the value of the word; null when none is given.</summary>
    /// <exception cref="ApiException">There is no such word (422): a list that is empty for that reason would be a lie.</exception>
    public static T? Of<T>(string field, string? text) where T : struct, Enum
    {
        if (text is null) return null;
        foreach (T value in Enum.GetValues<T>())
            if (Word.Of(value).Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
        string message = $"'{text}' is none of {string.Join(", ", Word.All<T>())}";
        throw new ApiException(422, "invalid_filter", $"{field}: {message}", "correct the filter and repeat")
        {
            Fields = [new FieldError(field, message)],
        };
    }
}
