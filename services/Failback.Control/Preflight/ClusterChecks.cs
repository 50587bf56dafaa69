using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Contracts.Words;
using Failback.Contracts;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>Checks of the CockroachDB cluster as a whole.</summary>
/// <param name="source">The cluster.</param>
/// <param name="feed">What the changefeed is to be.</param>
/// <param name="outage">How long sink, broker or target may be away.</param>
/// <param name="time">Control's clock.</param>
internal sealed partial class ClusterChecks(SourceCluster source, ChangefeedDefinition feed, TimeSpan outage, TimeProvider time)
{
    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        await AdvisoriesAsync(checks, cancellationToken);
        await SettingsAsync(checks, cancellationToken);
        await RetentionAsync(checks, cancellationToken);
        HlcTimestamp now = HlcTimestamp.Parse(await source.NowAsync(cancellationToken));
        checks.AddRange(ClockCheck.Of("source", "the cluster", now.Time - time.GetUtcNow(), TimeSpan.Zero));
        return checks;
    }

    private async Task AdvisoriesAsync(List<Check> checks, CancellationToken cancellationToken)
    {
        string version = (await source.RowsAsync("SELECT version()", cancellationToken))[0][0]!;
        if (ReleaseNumber.Parse(version) is not { } release) return;
        foreach (Advisory advisory in Advisory.Known.Where(advisory => advisory.Concerns(release, feed.Overrides.InitialScan ?? "no")))
        {
            if (advisory.Mitigated is { } mitigated && await SettingAsync(mitigated.Setting, cancellationToken) == mitigated.Value)
                continue;
            checks.Add(Of(
                advisory.Code, advisory.Severity,
                $"technical advisory A{advisory.Number}: {advisory.Meaning}; upgrade to {advisory.Fixed} or later",
                advisory.Mitigation ?? $"upgrade CockroachDB to {advisory.Fixed} or later"));
        }
    }

    private async Task SettingsAsync(List<Check> checks, CancellationToken cancellationToken)
    {
        switch (await SettingAsync("kv.rangefeed.enabled", cancellationToken))
        {
            case "false" or "f":
                checks.Add(
                    Of(PreflightCodes.RangefeedsDisabled, Severity.Error, "changefeeds need rangefeeds",
                        "SET CLUSTER SETTING kv.rangefeed.enabled = true;"));
                break;
            case null:
                string user = (await source.RowsAsync("SELECT current_user::STRING", cancellationToken))[0][0]!;
                checks.Add(
                    Of(PreflightCodes.SettingsUnreadable, Severity.Warning,
                        "whether rangefeeds are on cannot be seen by the user of source",
                        source.Version < ClusterVersion.Privileges
                            ? $"ALTER ROLE {SqlText.Name(user)} WITH MODIFYCLUSTERSETTING;"
                            : $"GRANT SYSTEM VIEWCLUSTERSETTING TO {SqlText.Name(user)};"));
                break;
        }

        if (await SettingAsync("changefeed.permissions.require_external_connection_sink.enabled", cancellationToken) is "true" or "t")
        {
            checks.Add(
                Of(PreflightCodes.ExternalConnectionRequired, Severity.Error,
                    "the cluster lets users post to external connections only, and the changefeed names its webhook itself",
                "SET CLUSTER SETTING changefeed.permissions.require_external_connection_sink.enabled = false;"));
        }
    }

    // While a feed lives its own protection keeps what it has not sent; without one, only the garbage collection's time does.
    private async Task RetentionAsync(List<Check> checks, CancellationToken cancellationToken)
    {
        if (await SettingAsync("changefeed.protect_timestamp.max_age", cancellationToken) is { } text
            && ReadInterval(text) is { } protection && protection > TimeSpan.Zero && protection < outage)
        {
            checks.Add(
                Of(PreflightCodes.ProtectionShort, Severity.Warning,
                    $"what a changefeed has not sent is kept for {Hours(protection)} and the tolerated outage is {Hours(outage)}: a "
                        + $"longer one ends it with data that cannot be sent any more",
                $"SET CLUSTER SETTING changefeed.protect_timestamp.max_age = '{Math.Ceiling(outage.TotalHours)}h';"));
        }

        string zone = string.Join(
            '\n', (await source.RowsAsync(
                $"SHOW ZONE CONFIGURATION FROM DATABASE {SqlText.Name(source.Database)}", cancellationToken)).Select(row => row[^1]));
        if (GcSeconds(zone) is { } kept && kept < outage)
        {
            checks.Add(
                Of(PreflightCodes.GcTtlShort, Severity.Warning,
                    $"without a changefeed, as between cursor and start or after a cancelled one, changes are kept for {Hours(kept)}; "
                        + $"the tolerated outage is {Hours(outage)}",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"ALTER DATABASE {SqlText.Name(source.Database)} CONFIGURE ZONE USING gc.ttlseconds = {outage.TotalSeconds:0};")));
        }
    }

    /// <summary>The garbage collection's time in the text of a zone configuration; null: it says nothing.</summary>
    public static TimeSpan? GcSeconds(string zone) =>
        GcTtl().Match(zone) is { Success: true } match
        ? TimeSpan.FromSeconds(int.Parse(match.Groups["s"].Value, CultureInfo.InvariantCulture))
        : null;

    /// <summary>CockroachDB shows intervals as <c>96h0m0s</c> or <c>96:00:00</c>; null: another form.</summary>
    internal static TimeSpan? ReadInterval(string text)
    {
        Match match = Interval().Match(text);
        if (!match.Success) return null;
        int Part(string name) => match.Groups[name] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0;
        return new TimeSpan(Part("d"), Part("h"), Part("m"), Part("s"));
    }

    private Task<string?> SettingAsync(string name, CancellationToken cancellationToken) => source.SettingAsync(name, cancellationToken);

    private static string Hours(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h");

    private static Check Of(string code, Severity severity, string message, string fix) =>
        new(code, severity, "source", null, message, fix);

    [GeneratedRegex(@"gc\.ttlseconds\s*=\s*(?<s>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GcTtl();

    [GeneratedRegex(
        @"\A(?:(?<d>[0-9]+) days? ?)?(?:(?<h>[0-9]+)(?:h|:))?(?:(?<m>[0-9]+)(?:m|:))?(?:(?<s>[0-9]+)(?:\.[0-9]+)?s?)?\z",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Interval();
}
