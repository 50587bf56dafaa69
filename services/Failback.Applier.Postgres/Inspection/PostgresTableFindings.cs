using Failback.Applier.Postgres.Connection;
using Failback.Apply.Inspection;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>What the catalogue says about the tables of a failback.</summary>
/// <param name="facts">Reads the catalogue.</param>
/// <param name="user">The user of target.</param>
/// <param name="ids">Object ids of the tables.</param>
/// <param name="triggers">What the operator has said about triggers.</param>
internal sealed class PostgresTableFindings(PostgresFacts facts, string user, long[] ids, TriggerPolicy? triggers)
{
    private readonly string _user = PostgresName.Quote(user);

    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken) =>
    [
        .. await ReadAsync(PostgresInspectionSql.MissingPrivileges, row => [Privilege(Name(row), row.GetString(2))], cancellationToken),
        .. await ReadAsync(PostgresInspectionSql.ClosedSchemas, row => [Closed(row.GetString(0))], cancellationToken),
        .. await facts.ReadAsync(
            PostgresInspectionSql.Triggers, row => Trigger(Name(row), row.GetString(2), row.GetBoolean(3)), cancellationToken, ids,
            triggers == TriggerPolicy.Replica ? PostgresInspectionSql.FiringAsReplica : PostgresInspectionSql.FiringAsOrigin),
        .. await ReadAsync(PostgresInspectionSql.ForeignKeys, ForeignKey, cancellationToken),
        .. await ReadAsync(PostgresInspectionSql.Rules, row => [Rule(Name(row), row.GetString(2))], cancellationToken),
        .. await ReadAsync(PostgresInspectionSql.TableKinds, Kind, cancellationToken),
        .. await ReadAsync(
            PostgresInspectionSql.Children, row => [Child(Name(row), PostgresFacts.Name(row, 2))], cancellationToken),
        .. await ReadAsync(
            PostgresInspectionSql.Exclusions, row => [UniqueFinding.NotFreed(Name(row), [row.GetString(2)])], cancellationToken),
    ];

    private async Task<IEnumerable<Finding>> ReadAsync(
        string query, Func<NpgsqlDataReader, IEnumerable<Finding>> read, CancellationToken cancellationToken) =>
        (await facts.ReadAsync(query, row => read(row).ToArray(), cancellationToken, ids)).SelectMany(findings => findings);

    private static TableName Name(NpgsqlDataReader row) => PostgresFacts.Name(row, 0);

    private Finding Privilege(TableName table, string privilege) => new(
        PreflightCodes.TargetPrivilege, Severity.Error, table.ToString(), $"the user of target lacks {privilege}",
        $"GRANT {privilege} ON TABLE {PostgresName.Quote(table)} TO {_user};");

    private Finding Closed(string schema) => new(
        PreflightCodes.TargetSchemaUsage, Severity.Error, schema, "the user of target may not use the schema",
        $"GRANT USAGE ON SCHEMA {PostgresName.Quote(schema)} TO {_user};");

    private Finding Trigger(TableName table, string trigger, bool beforeRow) => TriggerFinding.Of(
        table, trigger, beforeRow, $"ALTER TABLE {PostgresName.Quote(table)} DISABLE TRIGGER {PostgresName.Quote(trigger)};", triggers);

    private static Finding Child(TableName parent, TableName child) => new(
        PreflightCodes.InheritedRows, Severity.Error, parent.ToString(),
        $"{child} inherits from it: rows there are seen, changed and deleted as if they were here, and an upsert does not find them, so "
            + $"that one key is there twice",
        $"ALTER TABLE {PostgresName.Quote(child)} NO INHERIT {PostgresName.Quote(parent)};");

    private static Finding Rule(TableName table, string rule) => new(
        PreflightCodes.Rules, Severity.Error, table.ToString(), $"rule {rule} rewrites what is written: upserts are refused",
        $"ALTER TABLE {PostgresName.Quote(table)} DISABLE RULE {PostgresName.Quote(rule)};");

    private IEnumerable<Finding> Kind(NpgsqlDataReader row)
    {
        TableName table = Name(row);
        if (row.GetBoolean(2))
            yield return new Finding(
                PreflightCodes.Unlogged, Severity.Error, table.ToString(),
                "the table is not logged: a crash of the server empties it while the checkpoint stays",
                $"ALTER TABLE {PostgresName.Quote(table)} SET LOGGED;");
        if (row.GetBoolean(3))
            yield return new Finding(
                PreflightCodes.RowSecurity, Severity.Error, table.ToString(),
                "row level security applies to the user of target and may hide rows from it", $"ALTER ROLE {_user} BYPASSRLS;");
    }

    private static IEnumerable<Finding> ForeignKey(NpgsqlDataReader row)
    {
        (TableName child, string key, TableName parent) = (Name(row), row.GetString(2), PostgresFacts.Name(row, 3));
        (bool childTakesPart, bool parentTakesPart) = (row.GetBoolean(7), row.GetBoolean(8));
        string alter = $"ALTER TABLE {PostgresName.Quote(child)} ";
        string drop = $"{alter}DROP CONSTRAINT {PostgresName.Quote(key)};";
        if (childTakesPart && !row.GetBoolean(6))
            yield return new Finding(
                PreflightCodes.ForeignKeyNotValid, Severity.Warning, child.ToString(),
                $"foreign key {key} is NOT VALID: rows from before may lack their parent",
                $"{alter}VALIDATE CONSTRAINT {PostgresName.Quote(key)};");
        if (childTakesPart && !parentTakesPart) yield return OutsideFinding.Parent(child, key, parent, drop);
        if (parentTakesPart && !childTakesPart) yield return OutsideFinding.Child(parent, child, key, row.GetString(5), drop);
        if (parentTakesPart && !row.GetBoolean(10))
            yield return UnindexedFinding.Of(
                child, key, parent,
                $"CREATE INDEX {(row.GetBoolean(11) ? "" : "CONCURRENTLY ")}ON {PostgresName.Quote(child)} "
                    + $"({string.Join(", ", row.GetFieldValue<string[]>(9).Select(PostgresName.Quote))});");
    }
}
