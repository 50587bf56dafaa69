using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Hosting.Secrets;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>
/// The <c>CREATE CHANGEFEED</c> statement of a failback; https://www.cockroachlabs.com/docs/stable/create-changefeed.
/// </summary>
internal static class ChangefeedStatement
{
    /// <summary>Stands for the cursor until the operator has taken one.</summary>
    public const string CursorPlaceholder = "<cursor>";

    private const string DefaultQuery = "insecure_tls_skip_verify=true";
    private const string DefaultSinkConfig = """{"Flush":{"Bytes":1048576,"Frequency":"1s"}}""";

    /// <summary>Stands for the webhook's token, which only the call that makes one shows.</summary>
    public const string TokenPlaceholder = "<webhook token>";

    /// <summary>The statement to run by hand.</summary>
    /// <param name="tables">Tables to watch.</param>
    /// <param name="feed">The definition as it is shown: secrets in it are masked.</param>
    /// <param name="address">Where it posts.</param>
    public static string Create(IReadOnlyList<TableRoute> tables, ChangefeedDefinition feed, WebhookAddress address) =>
        Create(tables, feed, address, new FeedStart(Cursor(feed), feed.Overrides.InitialScan ?? "no", Before: false, Version: null),
            Header(feed));

    /// <summary>The statement for a start and a release of the server.</summary>
    public static string Create(
        IReadOnlyList<TableRoute> tables, ChangefeedDefinition feed, WebhookAddress address, FeedStart start, string? header = null,
        string? connection = null)
    {
        ChangefeedOverrides overrides = feed.Overrides;
        var options = new List<string>
        {
            "updated",
            "full_table_name",
            "resolved=" + SqlText.Literal(overrides.Resolved ?? "1s"),
            "min_checkpoint_frequency=" + SqlText.Literal(overrides.MinCheckpointFrequency ?? "1s"),
            Scan(start),
        };
        if (start.Before) options.Add("diff");
        if (start.Cursor is { } cursor) options.Add("cursor=" + SqlText.Literal(cursor));
        options.Add("webhook_sink_config=" + SqlText.Literal(overrides.WebhookSinkConfig ?? DefaultSinkConfig));
        options.Add("webhook_client_timeout='10s'");
        if (header is not null) options.Add("webhook_auth_header=" + SqlText.Literal(header));
        options.Add("on_error='pause'");
        string names = string.Join(", ", tables.Select(table => SqlText.Name(table.Source)));
        string sink = SqlText.Literal(
            connection is not null ? "external://" + connection : address.SinkUri(overrides.SinkQueryParameters ?? DefaultQuery));
        return $"CREATE CHANGEFEED FOR TABLE {names} INTO {sink} WITH {string.Join(", ", options)};";
    }

    /// <summary>What the operator does with the statement, in order.</summary>
    public static IReadOnlyList<string> Steps(ChangefeedDefinition feed)
    {
        var steps = new List<string> { "On CockroachDB, once per cluster: SET CLUSTER SETTING kv.rangefeed.enabled = true;" };
        if (Cursor(feed) == CursorPlaceholder)
        {
            steps.Add(
                "Before the first write that must come back: SELECT cluster_logical_timestamp(); put its result in the place of "
                + CursorPlaceholder + " in the statement. Every later change is sent, no earlier one.");
        }

        if (feed.WebhookAuth == WebhookAuth.Token)
        {
            steps.Add(
                $"Put a token in the place of {TokenPlaceholder}: POST …/webhook-token shows a new one, once. Where the sink runs with "
                    + $"Failback__Sink__DisableAuthentication, any word will do.");
        }

        if (feed.WebhookAuth == WebhookAuth.Header
            || feed.Overrides.SinkQueryParameters?.Contains(SecretUrl.Mask, StringComparison.Ordinal) == true)
            steps.Add($"Put the secrets of the definition in the places of {SecretUrl.Mask}.");
        steps.Add("Run the statement in the database that holds the tables, and keep the job id that it answers.");
        return steps;
    }

    private static string? Header(ChangefeedDefinition feed) => feed.WebhookAuth switch
    {
        WebhookAuth.Token => "Bearer " + TokenPlaceholder,
        WebhookAuth.Header => feed.WebhookAuthHeader,
        _ => null,
    };

    // Before 22.2 the choice was spelt as three options.
    private static string Scan(FeedStart start) => start is { Scan: "only", Version: { } old } && old < ClusterVersion.Alterations
        ? throw new SourceException(
            SourceException.Refused, $"CockroachDB {old} has no changefeed that ends with its initial scan",
            "set changefeed.overrides.initial_scan to yes or no, PUT the definition, then repeat start")
        : start.Version is { } version && version < ClusterVersion.ScanWords
        ? start.Scan switch { "no" => "no_initial_scan", "only" => "initial_scan_only", _ => "initial_scan" }
        : "initial_scan=" + SqlText.Literal(start.Scan);

    private static string? Cursor(ChangefeedDefinition feed) =>
        feed.Cursor ?? ((feed.Overrides.InitialScan ?? "no") == "no" ? CursorPlaceholder : null);
}

/// <summary>From where a feed begins.</summary>
/// <param name="Cursor">Changes after it are sent; null: with the statement.</param>
/// <param name="Scan"><c>yes</c>, <c>no</c> or <c>only</c>.</param>
/// <param name="Before">Rows carry their former state: a delete then names more than its key.</param>
/// <param name="Version">Release of the server; null: not known, the present spelling is used.</param>
internal sealed record FeedStart(string? Cursor, string Scan, bool Before, ClusterVersion? Version);
