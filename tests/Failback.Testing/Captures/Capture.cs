using System.Text.Json;
using Failback.Contracts;

namespace Failback.Testing.Captures;

/// <summary>One recorded changefeed: every request that arrived, and the final content of its tables.</summary>
public sealed record Capture
{
    public required string Name { get; init; }

    /// <summary>Every request in the order of arrival, including those that were not answered 2xx.</summary>
    public required IReadOnlyList<CaptureRequest> Requests { get; init; }

    /// <summary>Final content by table name.</summary>
    public required IReadOnlyDictionary<string, CaptureTable> Final { get; init; }

    /// <summary>Content before the first request, by table name; empty when the feed began with an initial scan.</summary>
    public required IReadOnlyDictionary<string, CaptureTable> AtFeedStart { get; init; }

    /// <summary>Highest resolved timestamp; covers every row of the capture.</summary>
    public HlcTimestamp LastResolved => Requests.Max(r => r.Resolved ?? HlcTimestamp.Zero);

    /// <summary>Names of all captures in the repository.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "a_all_types", "a_geo", "b_migration_docs_batching", "b_migration_unbatched", "d_500_restart", "d_500_retries", "d_slow_answer",
        "e_pause_resume", "f_schema_change", "h_full_table_name", "i_bank", "j_bulk", "k_alter_primary_key", "m_no_primary_key",
    ];

    /// <summary>Reads <c>NAME.ndjson</c> and <c>NAME.final.json</c> beside the test binaries.</summary>
    public static Capture Load(string name)
    {
        string stem = Path.Combine(AppContext.BaseDirectory, "Captures", "data", name);
        using JsonDocument final = JsonDocument.Parse(File.ReadAllBytes(stem + ".final.json"));
        return new Capture
        {
            Name = name,
            Requests = [.. File.ReadLines(stem + ".ndjson").Select(CaptureRequest.Parse).OfType<CaptureRequest>()],
            Final = Tables(final.RootElement.GetProperty("tables")),
            AtFeedStart = Tables(final.RootElement.GetProperty("at_feed_start")),
        };
    }

    private static Dictionary<string, CaptureTable> Tables(JsonElement tables) =>
        tables.ValueKind != JsonValueKind.Object
            ? new Dictionary<string, CaptureTable>(StringComparer.Ordinal)
            : tables.EnumerateObject().ToDictionary(t => t.Name, t => CaptureTable.Parse(t.Name, t.Value), StringComparer.Ordinal);
}
