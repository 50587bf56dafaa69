using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;

namespace Failback.Control.Preflight;

/// <summary>Checks of the CockroachDB cluster and of the tables to be watched there.</summary>
internal sealed partial class SourceChecks(SourceCluster source, TimeProvider time)
{
    private const int ShortGc = 86_400;

    public async Task<IReadOnlyList<Check>> ClusterAsync(CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        checks.AddRange(Advisories((await source.RowsAsync("SELECT version()", cancellationToken))[0][0]!));
        if (await SettingAsync("kv.rangefeed.enabled", cancellationToken) is "false" or "f")
            checks.Add(Of("rangefeeds_disabled", Severity.Error, null, "changefeeds need rangefeeds", "SET CLUSTER SETTING kv.rangefeed.enabled = true;"));
        if (await SettingAsync("changefeed.permissions.require_external_connection_sink.enabled", cancellationToken) is "true" or "t")
        {
            checks.Add(Of("external_connection_required", Severity.Error, null, "the cluster lets users post to external connections only, and the changefeed names its webhook itself",
                "SET CLUSTER SETTING changefeed.permissions.require_external_connection_sink.enabled = false;"));
        }

        string zone = string.Join('\n', (await source.RowsAsync($"SHOW ZONE CONFIGURATION FROM DATABASE {SqlText.Name(source.Database)}", cancellationToken)).Select(row => row[^1]));
        if (GcSeconds().Match(zone) is { Success: true } gc && int.Parse(gc.Groups["s"].Value, CultureInfo.InvariantCulture) < ShortGc)
        {
            checks.Add(Of("gc_ttl_short", Severity.Warning, null, $"changes are kept for {gc.Groups["s"].Value} s: after a cancelled changefeed, or between cursor and start, nothing older can be sent",
                $"ALTER DATABASE {SqlText.Name(source.Database)} CONFIGURE ZONE USING gc.ttlseconds = {ShortGc};"));
        }

        HlcTimestamp now = HlcTimestamp.Parse(await source.NowAsync(cancellationToken));
        double skew = (now.Time - time.GetUtcNow()).TotalSeconds;
        if (Math.Abs(skew) > 5) checks.Add(Of("clock_skew", Severity.Warning, null, string.Create(CultureInfo.InvariantCulture, $"the cluster's clock differs from control's by {skew:0.0} s: lags are shown wrong"), "timedatectl set-ntp true"));
        return checks;
    }

    /// <param name="routes">Tables that were chosen.</param>
    /// <param name="address">Where the failback's feed posts.</param>
    /// <param name="cursor">Where the feed would begin; null: now.</param>
    public async Task<IReadOnlyList<Check>> TablesAsync(IReadOnlyList<TableRoute> routes, WebhookAddress address, string? cursor, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        if (cursor is not null && routes.Count > 0 && await OldAsync(routes[0], cursor, cancellationToken) is { } old) checks.Add(old);
        string user = (await source.RowsAsync("SELECT current_user::STRING", cancellationToken))[0][0]!;
        bool admin = (await source.RowsAsync("SELECT crdb_internal.is_admin()", cancellationToken))[0][0] is "True" or "true";
        foreach (TableRoute route in routes)
        {
            string name = SqlText.Name(route.Source);
            string[] hidden = [.. route.SourceKey.Where(column => column is "rowid" or "crdb_region" || column.StartsWith("crdb_internal_", StringComparison.Ordinal))];
            if (route.SourceKey is ["rowid"]) checks.Add(Of("no_key_at_source", Severity.Error, route.Source, "the table has no primary key at the source: deletes name its hidden rowid only", $"ALTER TABLE {name} ALTER PRIMARY KEY USING COLUMNS (…);"));
            else if (hidden.Length > 0) checks.Add(Of("hidden_key_columns", Severity.Info, route.Source, $"the key has the hidden columns {string.Join(", ", hidden)}, which the target need not have", null));
            string ddl = (await source.RowsAsync($"SHOW CREATE TABLE {name}", cancellationToken))[0][^1] ?? "";
            if (Family().Count(ddl) > 1) checks.Add(Of("column_families", Severity.Error, route.Source, "the table has several column families, each of which would be sent as rows of its own", $"move the columns of {name} into one family"));
            if (!admin && !await MayAsync(name, user, cancellationToken))
                checks.Add(Of("changefeed_privilege", Severity.Error, route.Source, $"the user {user} lacks CHANGEFEED", $"GRANT CHANGEFEED ON TABLE {name} TO {SqlText.Name(user)};"));
        }

        HashSet<string> watched = [.. routes.Select(route => TableName.Parse(route.Source).ToString())];
        foreach (FeedJob job in (await source.JobsAsync(cancellationToken)).Where(job => !job.IsOver && !job.PostsTo(address, byPath: true)))
        {
            if (job.Tables.FirstOrDefault(table => TableName.TryParse(table, out TableName name) && watched.Contains(name.ToString())) is { } table)
                checks.Add(Of("other_changefeed", Severity.Warning, table, $"changefeed {job.Id} watches this table too: if it feeds this target, rows come twice", $"CANCEL JOB {job.Id};"));
        }

        return checks;
    }

    private static IEnumerable<Check> Advisories(string version)
    {
        Match match = Version().Match(version);
        if (!match.Success) yield break;
        (int Major, int Minor, int Patch) v = (Int(match, "major"), Int(match, "minor"), Int(match, "patch"));
        bool scans = v is (22, 2, _) or (23, 1, <= 21) or (23, 2, <= 5);
        bool checkpoints = v is (22, 2, <= 17) or (23, 1, <= 14) or (23, 2, 0);
        if (scans) yield return Of("advisory_a123371", Severity.Error, null, "technical advisory A123371: this release may lose changes during scans and catch-up", "upgrade to 23.1.22, 23.2.6, 24.1 or later");
        if (checkpoints) yield return Of("advisory_a104309", Severity.Error, null, "technical advisory A104309: this release may move a checkpoint on too early", "upgrade to 22.2.18, 23.1.15, 23.2.1 or later");
    }

    private async Task<Check?> OldAsync(TableRoute route, string cursor, CancellationToken cancellationToken)
    {
        try
        {
            await source.RowsAsync($"SELECT 1 FROM {SqlText.Name(route.Source)} AS OF SYSTEM TIME {SqlText.Literal(cursor)} LIMIT 1", cancellationToken);
            return null;
        }
        catch (ApiException e) when (e.Code == "cursor_too_old")
        {
            return Of(e.Code, Severity.Error, null, e.Message, e.Remedy);
        }
        catch (ApiException e) when (e.Status != 503)
        {
            return Of("cursor_unreadable", Severity.Warning, null, $"whether the cursor is still kept cannot be told: {e.Message}", null);
        }
    }

    private async Task<bool> MayAsync(string table, string user, CancellationToken cancellationToken)
    {
        IReadOnlyList<string?[]> grants = await source.RowsAsync($"SELECT grantee, privilege_type FROM [SHOW GRANTS ON TABLE {table}]", cancellationToken);
        return grants.Any(grant => (grant[0] == user || grant[0] == "public") && grant[1] is "ALL" or "CHANGEFEED");
    }

    private async Task<string?> SettingAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return (await source.RowsAsync($"SHOW CLUSTER SETTING {name}", cancellationToken))[0][0]?.ToLowerInvariant();
        }
        catch (ApiException e) when (e.Status != 503)
        {
            // Older releases lack some settings, and not every user may see them.
            return null;
        }
    }

    private static Check Of(string code, Severity severity, string? table, string message, string? fix) => new(code, severity, "source", table, message, fix);

    private static int Int(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"gc\.ttlseconds\s*=\s*(?<s>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GcSeconds();

    [GeneratedRegex(@"\bFAMILY\s", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Family();

    [GeneratedRegex(@"\bv(?<major>[0-9]+)\.(?<minor>[0-9]+)\.(?<patch>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Version();
}
