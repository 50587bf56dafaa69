using System.Globalization;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Changefeeds;
using Failback.Source;

namespace Failback.Control.Preflight;

/// <summary>Checks of the tables that are to be watched.</summary>
/// <param name="source">The cluster.</param>
/// <param name="outage">How long sink, broker or target may be away.</param>
internal sealed partial class SourceTableChecks(SourceCluster source, TimeSpan outage)
{
    /// <param name="routes">Tables that were chosen.</param>
    /// <param name="address">Where the failback's feed posts.</param>
    /// <param name="cursor">Where the feed would begin; null: now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<Check>> RunAsync(
        IReadOnlyList<TableRoute> routes, WebhookAddress address, string? cursor, CancellationToken cancellationToken)
    {
        var checks = new List<Check>();
        if (cursor is not null && routes.Count > 0 && await OldAsync(routes[0], cursor, cancellationToken) is { } old) checks.Add(old);
        bool ttlHidden = await source.SettingAsync("sql.ttl.changefeed_replication.disabled", cancellationToken) is "true" or "t";
        string user = (await source.RowsAsync("SELECT current_user::STRING", cancellationToken))[0][0]!;
        bool admin = (await source.RowsAsync("SELECT crdb_internal.is_admin()", cancellationToken))[0][0] is "True" or "true";
        string[] roles = admin
            ? []
            : [user, "public",
                .. (await source.RowsAsync("SELECT role_name::STRING FROM information_schema.applicable_roles", cancellationToken)).Select(
                    row => row[0]!)];
        if (!admin && source.Version < ClusterVersion.Privileges && routes.Count > 0) checks.Add(RoleOption(user));
        foreach (TableRoute route in routes)
        {
            string name = SqlText.Name(route.Source);
            await TryAsync(
                checks, route.Source, $"SHOW CREATE TABLE {name}", "whether it has column families, or deletes that are not sent",
                async sql =>
                checks.AddRange(Definition(route, (await source.RowsAsync(sql, cancellationToken))[0][^1] ?? "", ttlHidden)));
            if (!admin) await TryAsync(
                checks, route.Source, $"SELECT grantee, privilege_type FROM [SHOW GRANTS ON TABLE {name}]", "what the user may do with it",
                async sql => checks.AddRange(Privileges(route, user, roles, await source.RowsAsync(sql, cancellationToken))));
            await TryAsync(
                checks, route.Source, $"SHOW ZONE CONFIGURATION FROM TABLE {name}", "how long its changes are kept",
                async sql => checks.AddRange(Retention(route, (await source.RowsAsync(sql, cancellationToken))[0])));
        }

        await TryAsync(
            checks, null, "SHOW CHANGEFEED JOBS", "which changefeeds watch the tables, and how the one of this failback is",
            async _ => checks.AddRange(Others(routes, address, await source.JobsAsync(cancellationToken))));
        return checks;
    }

    // What one statement is refused, the others tell all the same.
    private static async Task TryAsync(List<Check> checks, string? table, string statement, string what, Func<string, Task> look)
    {
        try
        {
            await look(statement);
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            checks.Add(
                Of(e.Code, Severity.Error, table, $"{statement} is refused, so that it is unknown {what}: {e.Message}", e.Remedy));
        }
    }

    // Before 22.2 no privilege on a table makes a changefeed, and what options a role has only an administrator reads.
    private static Check RoleOption(string user) => Of(
        PreflightCodes.ChangefeedPrivilege, Severity.Warning, null,
        $"in this release the user {user} makes changefeeds by the role option CONTROLCHANGEFEED and SELECT on every table, and looks at "
            + $"them by SELECT on system.jobs, which members of admin have; whether it has the option cannot be seen",
        $"ALTER ROLE {SqlText.Name(user)} WITH CONTROLCHANGEFEED;");

    private static IEnumerable<Check> Definition(TableRoute route, string ddl, bool ttlHidden)
    {
        string name = SqlText.Name(route.Source);
        if (Family().Count(ddl) > 1)
            yield return Of(
                PreflightCodes.ColumnFamilies, Severity.Error, route.Source,
                "the table has several column families, each of which would be sent as rows of its own; a family cannot be changed, so "
                    + "the table has to be made anew",
                    $"SHOW CREATE TABLE {name}; -- make the table anew without FAMILY, with its rows, or leave it out with "
                        + $"tableExclusionFilter");
        if (HiddenDeletes().IsMatch(ddl))
            yield return Of(
                PreflightCodes.TtlDeletesHidden, Severity.Error, route.Source,
                "rows that its row-level TTL deletes are not sent (ttl_disable_changefeed_replication): the target would keep them",
                $"ALTER TABLE {name} SET (ttl_disable_changefeed_replication = false);");
        else if (ttlHidden && Ttl().IsMatch(ddl))
            yield return Of(
                PreflightCodes.TtlDeletesHidden, Severity.Error, route.Source,
                "rows that its row-level TTL deletes are not sent (sql.ttl.changefeed_replication.disabled): the target would keep them",
                "SET CLUSTER SETTING sql.ttl.changefeed_replication.disabled = false;");
        // The column of a hash-sharded key is virtual too, and in the key alone.
        string[] computed = [
            .. Virtual().Matches(ddl).Select(match => match.Groups["column"].Value.Trim('"'))
                .Where(column => !SourceColumns.IsHidden(column))];
        if (computed.Length > 0)
            yield return Of(
                PreflightCodes.VirtualColumns, Severity.Warning, route.Source,
                $"{string.Join(", ", computed)}: virtual computed columns are not sent; where the target does not compute them itself "
                    + $"they stay as they are", null);
    }

    private List<Check> Privileges(TableRoute route, string user, string[] roles, IReadOnlyList<string?[]> grants)
    {
        string name = SqlText.Name(route.Source);
        bool Has(string privilege) =>
            grants.Any(grant => roles.Contains(grant[0], StringComparer.Ordinal) && (grant[1] == "ALL" || grant[1] == privilege));
        var checks = new List<Check>();
        if (!Has("CHANGEFEED") && source.Version >= ClusterVersion.Privileges)
            checks.Add(
                Of(PreflightCodes.ChangefeedPrivilege, Severity.Error, route.Source, $"the user {user} lacks CHANGEFEED",
                    $"GRANT CHANGEFEED ON TABLE {name} TO {SqlText.Name(user)};"));
        if (!Has("SELECT"))
            checks.Add(
                Of(PreflightCodes.SelectPrivilege, Severity.Warning, route.Source,
                    $"the user {user} lacks SELECT: today's values cannot be checked, nor both sides compared",
                    $"GRANT SELECT ON TABLE {name} TO {SqlText.Name(user)};"));
        return checks;
    }

    // Tables may have zone configurations of their own; those that follow the database are reported with it.
    private IEnumerable<Check> Retention(TableRoute route, string?[] zone)
    {
        if (zone[0]?.StartsWith("TABLE", StringComparison.OrdinalIgnoreCase) != true
            || ClusterChecks.GcSeconds(zone[^1] ?? "") is not { } kept || kept >= outage) yield break;
        yield return Of(
            PreflightCodes.GcTtlShort, Severity.Warning, route.Source,
            string.Create(
                CultureInfo.InvariantCulture,
                $"changes of this table are kept for {kept.TotalHours:0.#} h only; the tolerated outage is {outage.TotalHours:0.#} h"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"ALTER TABLE {SqlText.Name(route.Source)} CONFIGURE ZONE USING gc.ttlseconds = {outage.TotalSeconds:0};"));
    }

    private static IEnumerable<Check> Others(IReadOnlyList<TableRoute> routes, WebhookAddress address, IReadOnlyList<FeedJob> jobs)
    {
        HashSet<string> watched = [.. routes.Select(route => TableName.Parse(route.Source).ToString())];
        foreach (FeedJob job in jobs.Where(job => !job.IsOver && !job.IsEnding && !address.Receives(job, byPath: true)))
        {
            if (job.Tables.FirstOrDefault(
                table => TableName.TryParse(table, out TableName name) && watched.Contains(name.ToString())) is { } table)
                yield return Of(
                    PreflightCodes.OtherChangefeed, Severity.Warning, table,
                    $"changefeed {job.Id} watches this table too: if it feeds this target, rows come twice", $"CANCEL JOB {job.Id};");
        }
    }

    private async Task<Check?> OldAsync(TableRoute route, string cursor, CancellationToken cancellationToken)
    {
        try
        {
            await source.ReadAsOfAsync(route.Source, cursor, cancellationToken);
            return null;
        }
        catch (SourceException e) when (e.Code == SourceException.CursorTooOld)
        {
            return Of(PreflightCodes.CursorTooOld, Severity.Error, null, e.Message, e.Remedy);
        }
        catch (SourceException e) when (!e.IsUnavailable)
        {
            return Of(
                PreflightCodes.CursorUnreadable, Severity.Warning, null, $"whether the cursor is still kept cannot be told: {e.Message}",
                null);
        }
    }

    private static Check Of(string code, Severity severity, string? table, string message, string? fix) =>
        new(code, severity, "source", table, message, fix);

    [GeneratedRegex(@"\bttl_disable_changefeed_replication\s*=\s*'?(?:true|on|t|1)\b", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex HiddenDeletes();

    [GeneratedRegex(@"\bttl\s*=\s*'?on\b|\bttl_expir", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Ttl();

    [GeneratedRegex(@"\bFAMILY\s", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Family();

    [GeneratedRegex(@"^\s*(?<column>""[^""]+""|\S+) .* VIRTUAL,?\s*$", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Virtual();
}
