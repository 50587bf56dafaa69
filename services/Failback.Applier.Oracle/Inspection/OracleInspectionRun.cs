using Failback.Contracts.Words;
using System.Globalization;
using Failback.Applier.Oracle.Catalog;
using Failback.Applier.Oracle.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts;

namespace Failback.Applier.Oracle.Inspection;

/// <summary>One look at what in an Oracle target would keep rows out or change them.</summary>
internal sealed class OracleInspectionRun(OracleSession session, InspectionScope scope)
{
    private const string OwnSuffix = "PUBLISHER_POSITION";

    private readonly HashSet<TableName> _tables = [.. scope.Tables.Select(table => table.Name)];

    public async Task<IReadOnlyList<Finding>> RunAsync(CancellationToken cancellationToken)
    {
        string user = (await ReadAsync(OracleInspectionSql.User, row => row.Text(0), cancellationToken))[0];
        HashSet<string> system = [.. await ReadAsync(OracleInspectionSql.SystemPrivileges, row => row.Text(0), cancellationToken)];
        HashSet<(TableName, string)> granted = [
            .. await ReadAsync(OracleInspectionSql.TablePrivileges, row => (Name(row, 0), row.Text(2)), cancellationToken)];
        var dictionary = new OracleDictionary(user, system, granted);
        return
        [
            .. Privileges(user, system, granted),
            .. dictionary.Hidden(_tables),
            .. await StagingAsync(user, system, cancellationToken),
            .. await ServerAsync(cancellationToken),
            .. await TableFindingsAsync(dictionary, cancellationToken),
            .. (await ReadAsync(OracleInspectionSql.ForeignKeys(dictionary.Constraints), ForeignKey, cancellationToken)).OfType<Finding>(),
            .. await new OracleIndexFindings(session, _tables).FindAsync(cancellationToken),
            .. await OthersAsync(cancellationToken),
        ];
    }

    private IEnumerable<Finding> Privileges(string user, HashSet<string> system, HashSet<(TableName, string)> granted)
    {
        string[] wanted = ["SELECT", "INSERT", "UPDATE", "DELETE"];
        return from table in _tables
               where table.Schema != user
               from privilege in wanted
               where !granted.Contains((table, privilege)) && !system.Contains($"{privilege} ANY TABLE")
               select new Finding(
                   PreflightCodes.TargetPrivilege, Severity.Error, table.ToString(), $"the user of target lacks {privilege}",
                   $"GRANT {privilege} ON {OracleName.Quote(table)} TO {OracleName.Quote(user)};");
    }

    private async Task<IReadOnlyList<Finding>> StagingAsync(string user, HashSet<string> system, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        if (!system.Contains("CREATE TABLE") && !system.Contains("CREATE ANY TABLE"))
            findings.Add(
                new Finding(
                    PreflightCodes.StagingPrivilege, Severity.Error, null,
                    "the user of target may not create the tables of the staging schema",
                    $"GRANT CREATE TABLE TO {OracleName.Quote(user)};"));
        if (!system.Contains("UNLIMITED TABLESPACE")
            && (await ReadAsync(OracleInspectionSql.Quotas, row => row.Number(0), cancellationToken))[0] == 0)
            findings.Add(
                new Finding(
                    PreflightCodes.StagingQuota, Severity.Error, null,
                    "the user of target has no room left for the tables of the staging schema (ORA-01950)",
                    $"ALTER USER {OracleName.Quote(user)} QUOTA UNLIMITED ON USERS;"));
        return findings;
    }

    private async Task<IReadOnlyList<Finding>> ServerAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        string role = (await ReadAsync(OracleInspectionSql.Role, row => row.Text(0), cancellationToken))[0];
        if (role.Contains("STANDBY", StringComparison.Ordinal))
            findings.Add(
                new Finding(
                    PreflightCodes.ReadOnly, Severity.Error, null, $"the target is a {role.ToLowerInvariant()}",
                    "name the primary in target"));
        string characters = (await ReadAsync(OracleCatalogSql.CharacterSet, row => row.Text(0), cancellationToken))[0];
        if (characters is not ("AL32UTF8" or "UTF8"))
            findings.Add(
                new Finding(
                    PreflightCodes.Encoding, Severity.Warning, null,
                    $"the character set of the database is {characters}: rows with characters that it lacks become dead letters",
                    "move such texts to NVARCHAR2 or NCLOB columns"));
        string clock = (await ReadAsync(OracleInspectionSql.Clock, row => row.Text(0), cancellationToken))[0];
        findings.AddRange(
            ClockFinding.Of(
                DateTimeOffset.Parse(clock, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                scope.Time.GetUtcNow()));
        return findings;
    }

    private async Task<IReadOnlyList<Finding>> TableFindingsAsync(OracleDictionary dictionary, CancellationToken cancellationToken)
    {
        // A compound trigger may have a part that runs before each row.
        List<Finding> triggers = await ReadAsync(
            OracleInspectionSql.Triggers(dictionary.Triggers),
            row => TriggerFinding.Of(
                Name(row, 0), row.Text(3), row.Text(4) is "BEFORE EACH ROW" or "COMPOUND",
                $"ALTER TRIGGER {OracleName.Quote(Name(row, 2))} DISABLE;", scope.Triggers),
            cancellationToken);
        List<Finding> identities = await ReadAsync(OracleInspectionSql.Identities, Identity, cancellationToken);
        List<Finding> logged = await ReadAsync(OracleInspectionSql.LogGroups, row => new Finding(
            PreflightCodes.ForwardReplication, Severity.Warning, Name(row, 0).ToString(),
            $"supplemental logging ({row.Text(2)}) is on, as replication from here needs it: if that still runs to CockroachDB, rows go "
                + $"round in a loop",
            $"ALTER TABLE {OracleName.Quote(Name(row, 0))} DROP SUPPLEMENTAL LOG GROUP {OracleName.Quote(row.Text(2))};"),
            cancellationToken);
        HashSet<string> chosen = [.. _tables.Select(table => table.ToString())];
        return [.. triggers.Concat(identities).Concat(logged).Where(finding => chosen.Contains(finding.Table!))];
    }

    private static Finding Identity(OracleRecord row)
    {
        string table = OracleName.Quote(Name(row, 0));
        string column = OracleName.Quote(row.Text(2));
        return row.Text(3) == "ALWAYS"
            ? new Finding(
                PreflightCodes.IdentityAlways, Severity.Error, Name(row, 0).ToString(),
                $"{row.Text(2)}: the server refuses the value of the source (ORA-32795)",
                $"ALTER TABLE {table} MODIFY ({column} GENERATED BY DEFAULT AS IDENTITY);")
            : new Finding(
                PreflightCodes.Sequences, Severity.Info, Name(row, 0).ToString(),
                $"{row.Text(2)}: its sequence is not advanced by rows that arrive: it must be before the way back",
                Advance(Name(row, 0), table, column, row.Text(4)));
    }

    // START WITH LIMIT VALUE follows the rows that are there, and would move a sequence back behind rows that were deleted.
    private static string Advance(TableName name, string table, string column, string sequence) => $"""
        DECLARE s NUMBER; n NUMBER; v NUMBER; BEGIN SELECT q.increment_by, q.last_number INTO s, n FROM SYS.ALL_SEQUENCES q WHERE q.sequence_owner = '{name.Schema}' AND q.sequence_name = '{sequence}'; SELECT CASE WHEN s > 0 THEN MAX({column}) ELSE MIN({column}) END INTO v FROM {table}; IF s > 0 AND v >= n OR s < 0 AND v <= n THEN EXECUTE IMMEDIATE 'ALTER TABLE {table} MODIFY ({column} GENERATED BY DEFAULT AS IDENTITY (START WITH LIMIT VALUE))'; END IF; END;
        """;

    private Finding? ForeignKey(OracleRecord row)
    {
        TableName child = Name(row, 0);
        TableName parent = Name(row, 2);
        string name = row.Text(4);
        string drop = $"ALTER TABLE {OracleName.Quote(child)} DROP CONSTRAINT {OracleName.Quote(name)};";
        return (_tables.Contains(child), _tables.Contains(parent)) switch
        {
            (true, false) => OutsideFinding.Parent(child, name, parent, drop),
            (false, true) => OutsideFinding.Child(parent, child, name, row.Text(5), drop),
            (true, true) when row.Text(6) == "NOT VALIDATED" => new Finding(
                PreflightCodes.ForeignKeyNotValid, Severity.Warning, child.ToString(),
                $"foreign key {name} is NOVALIDATE: rows from before may lack their parent",
                $"ALTER TABLE {OracleName.Quote(child)} MODIFY CONSTRAINT {OracleName.Quote(name)} VALIDATE;"),
            _ => null,
        };
    }

    private async Task<IReadOnlyList<Finding>> OthersAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        HashSet<string> chosen = [.. _tables.Select(table => table.ToString())];
        string ours = OracleName.Prefix(scope.StagingSchema);
        foreach (TableName position in await ReadAsync(OracleInspectionSql.Positions, row => Name(row, 0), cancellationToken))
        {
            string prefix = position.Table[..^OwnSuffix.Length];
            string name = prefix.Length > 0 ? prefix.TrimEnd('_') : position.Schema;
            string Table(string table) => OracleName.Quote(new TableName(position.Schema, prefix + table));
            findings.AddRange(
                (await ReadAsync(
                    OracleInspectionSql.Others(Table("CHECKPOINT"), Table("MEMBER")), row => (Failback: row.Text(0), Table: row.Text(1)),
                    cancellationToken))
                .Where(other => chosen.Contains(other.Table) && (name != ours || other.Failback != scope.Failback))
                .Select(other => OtherFinding.Failback(other.Failback, other.Table, name)));
        }

        return findings;
    }

    private Task<List<T>> ReadAsync<T>(string sql, Func<OracleRecord, T> read, CancellationToken cancellationToken) =>
        session.ReadAsync(sql, [], read, cancellationToken);

    private static TableName Name(OracleRecord row, int column) => new(row.Text(column), row.Text(column + 1));
}
