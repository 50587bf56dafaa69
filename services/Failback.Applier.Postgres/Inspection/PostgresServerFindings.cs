using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>What the server, the database and the user of target mean for a failback.</summary>
internal sealed class PostgresServerFindings(PostgresFacts facts, PostgresSite site, InspectionScope scope)
{
    private readonly string _staging = scope.StagingSchema;
    private readonly string _user = PostgresName.Quote(site.User);

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken) =>
    [
        .. OfSession(),
        .. await TriggersAsync(cancellationToken),
        .. await StagingAsync(cancellationToken),
        .. (await facts.ReadAsync(PostgresInspectionSql.Subscriptions, row => Subscription(row.GetString(0)), cancellationToken)),
        .. (await facts.ReadAsync(
            PostgresInspectionSql.Slots,
            row => row.GetBoolean(1) ? ReadSlot(row.GetString(0), row.IsDBNull(2) ? 0 : row.GetInt32(2)) : IdleSlot(row.GetString(0)),
            cancellationToken)),
    ];

    // https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE (grantable from 15 on)
    private async Task<IReadOnlyList<Finding>> TriggersAsync(CancellationToken cancellationToken)
    {
        if (scope.Triggers != TriggerPolicy.Replica || site.IsSuperuser) return [];
        if (facts.Release < 15)
            return [TriggerFinding.NotSwitched("before PostgreSQL 15 only a superuser may set session_replication_role", null)];
        List<bool> may = await facts.ReadAsync(PostgresInspectionSql.MaySilence, row => row.GetBoolean(0), cancellationToken);
        return may[0] ? [] :
        [
            TriggerFinding.NotSwitched(
                "the user of target may not set session_replication_role",
                $"GRANT SET ON PARAMETER session_replication_role TO {_user};"),
        ];
    }

    private IEnumerable<Finding> OfSession()
    {
        if (!site.CommitsAreDurable)
            yield return new Finding(
                PreflightCodes.CommitNotDurable, Severity.Warning, null,
                "commits are answered before they are on disk (synchronous_commit = off): a crash of the server can lose rows that were "
                    + "acknowledged",
                $"ALTER ROLE {_user} SET synchronous_commit = on;");
        if (site.Encoding != "UTF8")
            yield return new Finding(
                PreflightCodes.Encoding, Severity.Error, null, $"the encoding of the database is {site.Encoding}: not every text fits",
                "move the data to a database with encoding UTF8");
        if (site.IsStandby)
            yield return new Finding(
                PreflightCodes.ReadOnly, Severity.Error, null, "the target is a standby or read-only", "name the primary in target");
        if (site.IsReadOnly)
            yield return new Finding(
                PreflightCodes.ReadOnly, Severity.Error, null, "transactions of the user of target are read-only by default",
                $"ALTER ROLE {_user} SET default_transaction_read_only = off;");
        foreach (Finding limit in Connections()) yield return limit;
        foreach (Finding clock in ClockFinding.Of(site.Clock, scope.Time.GetUtcNow())) yield return clock;
    }

    // A superuser is bound by the server's limit alone.
    private IEnumerable<Finding> Connections() =>
    [
        .. ConnectionFinding.Of(
            "the server lets ordinary users have", site.OfServer.Most, site.OfServer.Used, scope.Sessions, "raise max_connections"),
        .. site.IsSuperuser ? [] : ConnectionFinding.Of(
            $"the database {site.Database} allows", site.OfDatabase.Most, site.OfDatabase.Used, scope.Sessions,
            $"ALTER DATABASE {PostgresName.Quote(site.Database)} CONNECTION LIMIT -1;"),
        .. site.IsSuperuser ? [] : ConnectionFinding.Of(
            $"the user {site.User} is allowed", site.OfUser.Most, site.OfUser.Used, scope.Sessions,
            $"ALTER ROLE {_user} CONNECTION LIMIT -1;"),
    ];

    private async Task<IReadOnlyList<Finding>> StagingAsync(CancellationToken cancellationToken)
    {
        string schema = PostgresName.Quote(_staging);
        List<bool> mayMake = await facts.ReadAsync(
            PostgresInspectionSql.StagingSchema, row => row.GetBoolean(0), cancellationToken, _staging);
        var findings = new List<Finding>();
        if (mayMake.Count == 0 && !site.MayCreate)
            findings.Add(
                Staging(
                    "the user of target may not create the staging schema",
                    $"GRANT CREATE ON DATABASE {PostgresName.Quote(site.Database)} TO {_user};"));
        if (mayMake is [false])
            findings.Add(
                Staging(
                    "the user of target may not create tables in the staging schema",
                    $"GRANT USAGE, CREATE ON SCHEMA {schema} TO {_user};"));
        findings.AddRange(
            await facts.ReadAsync(
                PostgresInspectionSql.StagingTablesOfOthers,
                row => Staging(
                    $"table {row.GetString(0)} of the staging schema belongs to {row.GetString(1)}, not to the user of target",
                    $"ALTER TABLE {schema}.{PostgresName.Quote(row.GetString(0))} OWNER TO {_user};"),
                cancellationToken, _staging));
        return findings;
    }

    private Finding Staging(string message, string fix) =>
        new(PreflightCodes.StagingPrivilege, Severity.Error, _staging, message, fix);

    private static Finding Subscription(string name) => new(
        PreflightCodes.ForwardReplication, Severity.Error, null,
        $"subscription {name} writes into this database: what runs forward and backward at once goes round in a loop",
        $"ALTER SUBSCRIPTION {PostgresName.Quote(name)} DISABLE;");

    private static Finding ReadSlot(string name, int process) => new(
        PreflightCodes.ForwardReplication, Severity.Error, null,
        $"slot {name} is being read: if that is the replication to CockroachDB, rows go round in a loop",
        $"SELECT pg_terminate_backend({process}); SELECT pg_sleep(1); {Drop(name)}");

    private static Finding IdleSlot(string name) => new(
        PreflightCodes.IdleSlot, Severity.Warning, null,
        $"slot {name} has no reader: it keeps every change of the failback on disk, and who reads it later replays them", Drop(name));

    private static string Drop(string slot) => $"SELECT pg_drop_replication_slot({PostgresName.Literal(slot)});";
}
