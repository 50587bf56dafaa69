using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Fleet;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Hosting.Connections;
using Failback.Hosting.Secrets;
using Failback.Source;
using Microsoft.Extensions.Options;

namespace Failback.Control.Preflight;

/// <summary>Runs every check. What cannot be reached is a finding itself, and the rest is looked at all the same.</summary>
internal sealed class PreflightCommand(
    FailbackStore store, FeedStore feeds, SecretBox box, TargetCatalogue catalogue, BrokerChecks broker, IOptions<ControlOptions> options,
        TimeProvider time)
{
    /// <param name="failback">Failback to look at.</param>
    /// <param name="values">Also read tables of the source; a start does not.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PreflightReport> RunAsync(FailbackRecord failback, bool values, CancellationToken cancellationToken)
    {
        FailbackDefinition definition = failback.Definition.Open(box);
        var checks = new List<Check>();
        var progress = new CheckProgress(definition is { Source: not null, Changefeed.Managed: true } ? 6 : 4);
        IReadOnlyList<TableRoute> routes = await DatabasesAsync(failback, definition, values, checks, progress, cancellationToken);
        string[] queues = [failback.UnknownTableQueue, .. routes.Select(route => route.Queue)];
        progress.Enter("the broker");
        await TryAsync(checks, "broker", async () => checks.AddRange(await broker.RunAsync(queues, cancellationToken)));
        progress.Enter("the sink");
        checks.AddRange(await SinkChecks.RunAsync(Address(failback, definition), definition.Changefeed.Overrides, time, cancellationToken));
        progress.End();
        return PreflightReport.Of(checks);
    }

    /// <summary>
    /// What a start does before anything else: errors refuse it. What could not be reached the start meets itself, and says so.
    /// </summary>
    /// <param name="failback">Failback to be started.</param>
    /// <param name="left">Codes that the operator leaves out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">Something would not work; the first finding, and all of them as fields.</exception>
    public async Task RefuseAsync(FailbackRecord failback, IReadOnlyCollection<string> left, CancellationToken cancellationToken)
    {
        PreflightReport report = await RunAsync(failback, values: false, cancellationToken);
        Check[] errors = [
            .. report.Checks.Where(
                check => check is { Severity: Severity.Error, Unreached: false } && !left.Contains(check.Code, StringComparer.Ordinal))];
        if (errors.Length == 0) return;
        throw new ApiException(
            errors[0].Code == PreflightCodes.CursorTooOld ? 409 : 422,
            errors[0].Code,
            string.Join("; ", errors.Select(check => check.Table is null ? check.Message : $"{check.Table}: {check.Message}")),
            string.Join(" ", errors.Select(check => check.Fix).Distinct(StringComparer.Ordinal))
            + " then repeat start, or start with ?skip=<reason>&codes=<codes to leave out>")
        {
            Fields = [.. errors.Select(check => new FieldError(check.Table ?? check.Place, $"{check.Code}: {check.Message}"))],
        };
    }

    /// <summary>Looks at both databases; answers the pairs of tables.</summary>
    private async Task<IReadOnlyList<TableRoute>> DatabasesAsync(
        FailbackRecord failback, FailbackDefinition definition, bool values, List<Check> checks, CheckProgress progress,
        CancellationToken cancellationToken)
    {
        IReadOnlyList<TargetTableSummary> tables = [];
        progress.Enter("the tables of the target");
        bool described = await TryAsync(checks, "target", async () => tables = await catalogue.DescribeAsync(failback, cancellationToken));
        IReadOnlyList<TableRoute> routes = [];
        if (definition is { Source: { } url, Changefeed.Managed: true })
        {
            await TryAsync(checks, "source", async () =>
            {
                progress.Enter("the source");
                await using SourceCluster source = await SourceCluster.OpenAsync(url, options.Value.SourceTimeout, cancellationToken);
                checks.AddRange(
                    await new ClusterChecks(source, definition.Changefeed, options.Value.TolerableOutage, time).RunAsync(
                        cancellationToken));
                checks.AddRange(await new ForwardChecks(source).RunAsync(cancellationToken));
                if (described) routes = await PairsAsync(failback, definition, source, tables, values, checks, progress, cancellationToken);
            });
        }
        else if (described && await TryAsync(checks, "target", () => Task.FromResult(routes = TableSelection.Choose(failback, tables))))
        {
            progress.Enter("the target");
            await InspectAsync(failback, routes, [], checks, cancellationToken);
        }

        checks.AddRange(SharedTargets(failback, definition, routes));
        checks.AddRange(ScriptTargets(failback, routes));
        return routes;
    }

    private async Task<IReadOnlyList<TableRoute>> PairsAsync(
        FailbackRecord failback, FailbackDefinition definition, SourceCluster source, IReadOnlyList<TargetTableSummary> tables, bool values,
        List<Check> checks, CheckProgress progress,
        CancellationToken cancellationToken)
    {
        ILookup<TableName, SourceColumn> columns = await SourceColumns.ReadAsync(source, cancellationToken);
        IReadOnlyList<SourceTable> here = await source.TablesAsync(cancellationToken);
        HashSet<string> names = [.. here.Select(table => table.Name.ToString())];
        var pairs = new PairChecks(failback, here, tables, columns);
        // Of tables that only a userscript writes there is nothing to see at the source.
        IReadOnlyList<TableRoute> all = pairs.Pair();
        IReadOnlyList<TableRoute> routes = [.. all.Where(route => names.Contains(route.Source))];
        progress.Enter("the target");
        var atTarget = new List<Check>();
        TargetDescription inspected = await InspectAsync(failback, all, pairs.Shapes(routes), atTarget, cancellationToken);
        checks.AddRange(pairs.Unpaired(inspected));
        checks.AddRange(pairs.Compare(routes, inspected));
        ManagedFeed? feed = feeds.Find(failback.Name);
        string? cursor = feed?.HighWater ?? definition.Changefeed.Cursor ?? feed?.Cursor;
        progress.Enter("the tables of the source");
        checks.AddRange(
            await new SourceTableChecks(source, options.Value.TolerableOutage).RunAsync(
                routes, Address(failback, definition), cursor, cancellationToken));
        checks.AddRange(atTarget);
        checks.AddRange(CascadeChecks.Of(routes, inspected, await source.ForeignKeysAsync(cancellationToken)));
        if (failback.Script is not null)
        {
            checks.Add(
                new Check(
                    PreflightCodes.ValuesNotChecked, Severity.Info, "control", null,
                    "a userscript decides what is written to which column: columns and values were not compared", null));
            return all;
        }

        var compare = new ColumnChecks(UnknownColumnChoice.Policy(definition.OnUnknownColumn));
        var read = new ValueChecks(source, time);
        if (values) progress.Add(routes.Count);
        foreach (TableRoute route in routes)
        {
            if (values) progress.Enter("the values of " + route.Source);
            TableName name = TableName.Parse(route.Source);
            SourceColumn[] there = [.. columns[new TableName(name.Schema, name.Table)]];
            if (inspected.Tables.FirstOrDefault(
                table => new TableName(table.Schema, table.Table).ToString() == route.Target) is not { Columns.Count: > 0 } counterpart)
                continue;
            checks.AddRange(compare.Compare(route, there, counterpart));
            if (values) checks.AddRange(await read.RunAsync(route, there, counterpart, cancellationToken));
        }

        return all;
    }

    private WebhookAddress Address(FailbackRecord failback, FailbackDefinition definition) =>
        WebhookAddress.Of(definition.Changefeed.Overrides, options.Value.PublicSinkUrl, failback.WebhookPath);

    private async Task<TargetDescription> InspectAsync(
        FailbackRecord failback, IReadOnlyList<TableRoute> routes, IReadOnlyList<SourceShape> sources, List<Check> checks,
        CancellationToken cancellationToken)
    {
        var inspected = new TargetDescription([], null);
        if (routes.Count + sources.Count > 0)
            await TryAsync(
                checks, "target",
                async () => inspected = await catalogue.InspectAsync(
                    failback, routes.Count == 0 ? null : [.. routes.Select(route => route.Target)], sources, cancellationToken));
        if (inspected.AnsweredAt is { } clock)
            checks.AddRange(ClockCheck.Of("applier", "the applier", clock - time.GetUtcNow(), TimeSpan.Zero));
        checks.AddRange(inspected.Findings.Select(finding => Check.At("target", finding)));
        return inspected;
    }

    // A script may answer further names; those it states can be looked for.
    private static IEnumerable<Check> ScriptTargets(FailbackRecord failback, IReadOnlyList<TableRoute> routes) =>
        from table in routes.Count == 0 ? [] : ScriptRecord.Missing(failback.ScriptTargets, routes)
        select new Check(
            PreflightCodes.ScriptTableMissing,
            failback.Definition.Shown.OnUnknownTable == UnknownTablePolicy.Reject ? Severity.Error : Severity.Warning,
            "control",
            table,
            $"the userscript routes rows to {table}, and the failback has no such table: they would be refused or set aside "
                + $"(onUnknownTable)",
            "list it in tables, or create it in the target where the filters match it");

    // Two failbacks that write the same table overwrite each other.
    private IEnumerable<Check> SharedTargets(FailbackRecord failback, FailbackDefinition definition, IReadOnlyList<TableRoute> routes)
    {
        string place = ConnectionForms.Place(definition.Target);
        HashSet<string> own = [.. routes.Select(route => route.Target)];
        foreach (FailbackRecord other in store.All().Failbacks.Where(
            other => other.Name != failback.Name && other.IsStarted && ConnectionForms.Place(other.Definition.Shown.Target) == place))
        {
            foreach (string table in other.Tables.Select(route => route.Target).Where(own.Contains))
                yield return new Check(
                    PreflightCodes.SharedTarget, Severity.Error, "control", table,
                    $"failback {other.Name} writes this table too: stop one of them",
                    $"failback stop {other.Name}");
        }
    }

    private static async Task<bool> TryAsync(List<Check> checks, string place, Func<Task> look)
    {
        try
        {
            await look();
            return true;
        }
        catch (Exception e) when (KnownProblem.Of(e) is { } known)
        {
            checks.Add(new Check(known.Code, Severity.Error, place, null, known.Message, known.Remedy) { Unreached = true });
            return false;
        }
    }
}
