using System.Data.Common;
using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts.Words;

namespace Failback.Applier.MySql.Inspection;

/// <summary>What the server and the database mean for a failback.</summary>
internal sealed class MySqlServerFindings(MySqlFacts facts, InspectionScope scope)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken) =>
    [
        .. (await facts.ReadAsync(MySqlInspectionSql.Server, row => OfServer(row).ToArray(), cancellationToken)).SelectMany(of => of),
        .. await ConnectionsAsync(cancellationToken),
        .. await facts.ReadAsync(
            MySqlInspectionSql.LogReaders,
            row => LogReader(Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), row.GetString(1)), cancellationToken),
        .. (await facts.ReadAsync(
            MySqlInspectionSql.Clock,
            row => ClockFinding.Of(new DateTimeOffset(row.GetDateTime(0), TimeSpan.Zero), scope.Time.GetUtcNow()).ToArray(),
            cancellationToken)).SelectMany(of => of),
    ];

    private async Task<IEnumerable<Finding>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        (int most, int mostOfUser, string user) = (await facts.ReadAsync(
            MySqlInspectionSql.Server, row => (Number(row, 6), Number(row, 7), row.GetString(8)), cancellationToken))[0];
        int used = (await facts.ReadAsync(MySqlInspectionSql.Sessions, row => Number(row, 1), cancellationToken))[0];
        int own = (await facts.ReadAsync(MySqlInspectionSql.OwnSessions, row => Number(row, 0), cancellationToken))[0];
        return
        [
            .. ConnectionFinding.Of(
                "the server allows", most, used, scope.Sessions, $"SET GLOBAL max_connections = {most + scope.Sessions};"),
            .. ConnectionFinding.Of(
                "the user of target is allowed", mostOfUser == 0 ? -1 : mostOfUser, own, scope.Sessions,
                $"ALTER USER {MySqlName.Account(user)} WITH MAX_USER_CONNECTIONS 0;"),
        ];
    }

    private static int Number(DbDataReader row, int column) =>
        (int)Math.Min(Convert.ToInt64(row.GetValue(column), CultureInfo.InvariantCulture), int.MaxValue);

    private IEnumerable<Finding> OfServer(DbDataReader row)
    {
        if (Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture) != 0)
            yield return new Finding(
                PreflightCodes.ReadOnly, Severity.Error, null, "the server is read-only: it is a replica, or set so",
                "SET GLOBAL read_only = OFF;");
        string characters = row.GetString(1);
        if (characters != "utf8mb4")
            yield return new Finding(
                PreflightCodes.Encoding, Severity.Warning, null, $"new tables of the database get the character set {characters}",
                $"ALTER DATABASE {MySqlName.Quote(facts.Database)} CHARACTER SET utf8mb4;");
        string mode = row.GetString(2);
        if (!mode.Contains("STRICT_", StringComparison.Ordinal))
            yield return new Finding(
                PreflightCodes.SqlMode, Severity.Info, null,
                "applications have no strict sql_mode here: after the way back the server cuts and replaces values silently again; "
                    + "sessions of the failback are strict whatever it says",
                $"SET GLOBAL sql_mode = '{$"{mode},STRICT_TRANS_TABLES".Trim(',')}';");
        (string zone, string system) = (row.GetString(3), row.GetString(4));
        if (zone is not ("UTC" or "+00:00") && !(zone == "SYSTEM" && system is "UTC" or "GMT"))
            yield return new Finding(
                PreflightCodes.TimeZone, Severity.Info, null,
                $"applications have the time zone {zone} here; the failback writes UTC, so that datetime columns hold UTC",
                "SET GLOBAL time_zone = '+00:00';");
        if (Convert.ToInt64(row.GetValue(5), CultureInfo.InvariantCulture) != 1)
            yield return new Finding(
                PreflightCodes.CommitNotDurable, Severity.Warning, null,
                "commits are answered before they are on disk (innodb_flush_log_at_trx_commit is not 1): a crash of the server can lose "
                    + "rows that were acknowledged",
                "SET GLOBAL innodb_flush_log_at_trx_commit = 1;");
    }

    private static Finding LogReader(long session, string host) => new(
        PreflightCodes.ForwardReplication, Severity.Warning, null,
        $"a client at {host} reads the binary log: if that is the replication to CockroachDB, rows go round in a loop",
        string.Create(CultureInfo.InvariantCulture, $"KILL {session};"));
}
