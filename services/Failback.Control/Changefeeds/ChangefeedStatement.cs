using Failback.Contracts.Control;
using Failback.Control.Definitions;

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

    public static string Create(IReadOnlyList<TableRoute> tables, ChangefeedDefinition feed, WebhookAddress address)
    {
        ChangefeedOverrides overrides = feed.Overrides;
        string scan = overrides.InitialScan ?? "no";
        var options = new List<string>
        {
            "updated",
            "full_table_name",
            "resolved=" + SqlText.Literal(overrides.Resolved ?? "1s"),
            "min_checkpoint_frequency=" + SqlText.Literal(overrides.MinCheckpointFrequency ?? "1s"),
            "initial_scan=" + SqlText.Literal(scan),
        };
        if (Cursor(feed) is { } cursor) options.Add("cursor=" + SqlText.Literal(cursor));
        options.Add("webhook_sink_config=" + SqlText.Literal(overrides.WebhookSinkConfig ?? DefaultSinkConfig));
        options.Add("webhook_client_timeout='10s'");
        options.Add("on_error='pause'");
        string names = string.Join(", ", tables.Select(table => SqlText.Name(table.Source)));
        string sink = SqlText.Literal(address.SinkUri(overrides.SinkQueryParameters ?? DefaultQuery));
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

        steps.Add("Run the statement in the database that holds the tables, and keep the job id that it answers.");
        return steps;
    }

    private static string? Cursor(ChangefeedDefinition feed) =>
        feed.Cursor ?? ((feed.Overrides.InitialScan ?? "no") == "no" ? CursorPlaceholder : null);
}
