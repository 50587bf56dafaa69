using System.Text.Json.Serialization;
using Failback.Contracts.Control;

namespace Failback.Contracts.Api;

/// <summary>What start answers: the statement to run, and where everything is.</summary>
public sealed record StartAnswer
{
    public required string Name { get; init; }

    public required RunState State { get; init; }

    /// <summary>
    /// The exact statement for CockroachDB; it holds the key of the client certificate when the definition has one. Absent when control
    /// manages the feed.
    /// </summary>
    public string? Statement { get; init; }

    /// <summary>Absent unless control manages the feed: what was done about it.</summary>
    public FeedAction? Action { get; init; }

    /// <summary>Absent unless control manages the feed.</summary>
    public FeedResource? Changefeed { get; init; }

    /// <summary>What to do with the statement, in order.</summary>
    public required IReadOnlyList<string> Steps { get; init; }

    public required string WebhookUrl { get; init; }

    public required string StagingSchema { get; init; }

    public required IReadOnlyList<StartedTable> Tables { get; init; }

    [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
    public required long Revision { get; init; }
}
