using System.Globalization;
using System.Text.Json.Serialization;

namespace Failback.Contracts.Api;

/// <summary>Something that happened to a failback.</summary>
public sealed record FailbackEvent
{
    /// <summary>Id; later events have greater ids, across all failbacks.</summary>
    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public long Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary><c>defined</c>, <c>state</c>, <c>trouble</c>, <c>over</c>, <c>deadLetters</c>, <c>operation</c>.</summary>
    public required string Type { get; init; }

    public required string Message { get; init; }

    /// <summary>Stable code of <c>trouble</c>, <c>over</c> and a failed <c>operation</c>.</summary>
    public string? Code { get; init; }

    public string? Table { get; init; }

    /// <summary>For <c>deadLetters</c>: rows set aside in the table so far.</summary>
    public long? Count { get; init; }

    /// <summary>Identity that a trouble and its end share; messages differ, because they may count seconds.</summary>
    [JsonIgnore]
    public (string? Code, string? Table) Key => (Code, Table);

    public static FailbackEvent OfTrouble(Trouble trouble, DateTimeOffset at) =>
        new() { At = at, Type = "trouble", Code = trouble.Code, Table = trouble.Table, Message = trouble.Message };

    public static FailbackEvent OfEnd((string? Code, string? Table) trouble, DateTimeOffset at) =>
        new() { At = at, Type = "over", Code = trouble.Code, Table = trouble.Table, Message = "is over" };

    public static FailbackEvent OfLetters(string table, long more, long count, DateTimeOffset at) => new()
    {
        At = at,
        Type = "deadLetters",
        Table = table,
        Count = count,
        Message = string.Create(CultureInfo.InvariantCulture, $"{more} more rows were set aside"),
    };
}
