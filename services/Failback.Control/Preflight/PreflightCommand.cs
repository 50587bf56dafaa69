using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.ControlPlane;
using Failback.Control.Definitions;
using Failback.Control.Failbacks;
using Failback.Control.Scripts;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;
using Microsoft.Extensions.Options;

namespace Failback.Control.Preflight;

/// <summary>Runs every check. What cannot be reached is a finding itself, and the rest is looked at all the same.</summary>
internal sealed class PreflightCommand(
    FailbackStore store, FeedStore feeds, SecretBox box, TargetCatalogue catalogue, Broker broker, IOptions<ControlOptions> options, TimeProvider time)
{
    public async Task<PreflightReport> RunAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        var checks = new List<Check>();
        await TryAsync(checks, "broker", async () => await broker.FilledAsync([], cancellationToken));
        checks.AddRange(await SinkChecks.RunAsync(Address(failback, definition), definition.Changefeed.Overrides, time, cancellationToken));
        checks.AddRange(await DatabasesAsync(failback, definition, values: true, cancellationToken));
        return PreflightReport.Of(checks);
    }

    /// <summary>What a start runs of it: databases only, and no reading of tables.</summary>
    /// <exception cref="ApiException">Something would not work; the first finding, and all of them as fields.</exception>
    public async Task RefuseAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        Check[] errors = [.. (await DatabasesAsync(failback, definition, values: false, cancellationToken)).Where(check => check is { Severity: Severity.Error, Unreached: false })];
        if (errors.Length == 0) return;
        throw new ApiException(
            errors[0].Code == "cursor_too_old" ? 409 : 422,
            errors[0].Code,
            string.Join("; ", errors.Select(check => check.Table is null ? check.Message : $"{check.Table}: {check.Message}")),
            string.Join(" ", errors.Select(check => check.Fix).Distinct(StringComparer.Ordinal)) + " then repeat start, or start with ?skip=<reason>")
        {
            Fields = [.. errors.Select(check => new FieldError(check.Table ?? check.Place, $"{check.Code}: {check.Message}"))],
        };
    }

    private async Task<IReadOnlyList<Check>> DatabasesAsync(FailbackRecord failback, FailbackDefinition definition, bool values, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        IReadOnlyList<TargetTableSummary> tables = [];
        bool described = await TryAsync(checks, "target", async () => tables = await catalogue.DescribeAsync(failback, cancellationToken));
        IReadOnlyList<TableRoute> routes = [];
        if (definition is { Source: { } url, Changefeed.Managed: true })
        {
            await TryAsync(checks, "source", async () =>
            {
                await using SourceCluster source = await SourceCluster.OpenAsync(url, options.Value.SourceTimeout, cancellationToken);
                IReadOnlyList<SourceTable> there = await source.TablesAsync(cancellationToken);
                if (described) await TryAsync(checks, "source", () => Task.FromResult(routes = SourceSelection.Choose(failback, there, tables)));
                var cluster = new SourceChecks(source, time);
                checks.AddRange(await cluster.ClusterAsync(cancellationToken));
                ManagedFeed? feed = feeds.Find(failback.Name);
                checks.AddRange(await cluster.TablesAsync(routes, Address(failback, definition), feed?.HighWater ?? definition.Changefeed.Cursor ?? feed?.Cursor, cancellationToken));
                TargetDescription inspected = await InspectAsync(failback, routes, checks, cancellationToken);
                checks.AddRange(await new ColumnChecks(source, definition, values).RunAsync(routes, inspected.Tables, cancellationToken));
            });
        }
        else if (described && await TryAsync(checks, "target", () => Task.FromResult(routes = TableSelection.Choose(failback, tables))))
        {
            await InspectAsync(failback, routes, checks, cancellationToken);
        }

        checks.AddRange(SharedTargets(failback, definition, routes));
        checks.AddRange(ScriptTargets(failback, routes));
        return checks;
    }

    private WebhookAddress Address(FailbackRecord failback, FailbackDefinition definition) =>
        WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);

    private async Task<TargetDescription> InspectAsync(FailbackRecord failback, IReadOnlyList<TableRoute> routes, List<Check> checks, CancellationToken cancellationToken)
    {
        var inspected = new TargetDescription([], null);
        if (routes.Count > 0)
            await TryAsync(checks, "target", async () => inspected = await catalogue.InspectAsync(failback, [.. routes.Select(route => route.Target)], cancellationToken));
        checks.AddRange(inspected.Findings.Select(finding =>
            new Check(finding.Code, Enum.Parse<Severity>(finding.Severity, ignoreCase: true), "target", finding.Table, finding.Message, finding.Fix)));
        return inspected;
    }

    // A script may answer further names; those it states can be looked for.
    private static IEnumerable<Check> ScriptTargets(FailbackRecord failback, IReadOnlyList<TableRoute> routes) =>
        from table in routes.Count == 0 ? [] : ScriptRecord.Missing(failback.ScriptTargets, routes)
        select new Check(
            "script_table_missing",
            failback.Definition.Shown.OnUnknownTable == UnknownTablePolicy.Reject ? Severity.Error : Severity.Warning,
            "control",
            table,
            $"the userscript routes rows to {table}, and the failback has no such table: they would be refused or set aside (onUnknownTable)",
            "list it in tables, or create it in the target where the filters match it");

    // Two failbacks that write the same table overwrite each other.
    private IEnumerable<Check> SharedTargets(FailbackRecord failback, FailbackDefinition definition, IReadOnlyList<TableRoute> routes)
    {
        string place = TargetUrl.Place(definition.Target);
        HashSet<string> own = [.. routes.Select(route => route.Target)];
        foreach (FailbackRecord other in store.All().Failbacks.Where(other => other.Name != failback.Name && other.IsStarted && TargetUrl.Place(other.Definition.Shown.Target) == place))
        {
            foreach (string table in other.Tables.Select(route => route.Target).Where(own.Contains))
                yield return new Check("shared_target", Severity.Error, "control", table, $"failback {other.Name} writes this table too", $"stop one of them: failback stop {other.Name}");
        }
    }

    private static async Task<bool> TryAsync<T>(List<Check> checks, string place, Func<Task<T>> look)
    {
        try
        {
            await look();
            return true;
        }
        catch (ApiException e)
        {
            checks.Add(new Check(e.Code, Severity.Error, place, null, e.Message, e.Remedy) { Unreached = true });
            return false;
        }
    }

    private static Task<bool> TryAsync(List<Check> checks, string place, Func<Task> look) => TryAsync(checks, place, async () =>
    {
        await look();
        return true;
    });
}
