using Failback.Contracts.Words;
using System.Data.Common;
using System.Globalization;
using Failback.Applier.MySql.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts;
using MySqlConnector;

namespace Failback.Applier.MySql.Inspection;

/// <summary>What in a MySQL or MariaDB target would keep rows out or change them.</summary>
internal sealed class MySqlInspection : ITargetInspection
{
    public Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        RunAsync((MySqlConnection)connection, scope, cancellationToken);

    private static async Task<IReadOnlyList<Finding>> RunAsync(
        MySqlConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        string own = connection.Database;
        HashSet<string> tables = [.. scope.Tables.Select(table => table.Name.Table)];
        foreach (string query in MySqlInspectionSql.Tables)
        {
            findings.AddRange((await ReadAsync(connection, query, ReadFinding, cancellationToken))
                .Where(finding => tables.Contains(finding.Table!))
                .Select(finding => finding with { Table = new TableName(own, finding.Table!).ToString() }));
        }

        foreach (string query in MySqlInspectionSql.Server)
            findings.AddRange(await ReadAsync(connection, query, ReadFinding, cancellationToken));
        findings.AddRange(
            (await ReadAsync(
                connection, MySqlInspectionSql.ForeignKeys, row => ForeignKey(row, own, tables),
                cancellationToken)).OfType<Finding>());
        findings.AddRange(await new MySqlPrivileges(connection).FindAsync(scope, cancellationToken));
        foreach (DateTime there in await ReadAsync(connection, MySqlInspectionSql.Clock, row => row.GetDateTime(0), cancellationToken))
            findings.AddRange(ClockFinding.Of(new DateTimeOffset(there, TimeSpan.Zero), TimeProvider.System.GetUtcNow()));
        findings.AddRange(await OthersAsync(connection, scope, cancellationToken));
        return findings;
    }

    public static async Task<List<T>> ReadAsync<T>(
        MySqlConnection connection, string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new MySqlCommand(sql, connection) { Parameters = { new MySqlParameter("@own", connection.Database) } };
        await using MySqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken)) rows.Add(read(row));
        return rows;
    }

    private static Finding ReadFinding(DbDataReader row) =>
        new(row.GetString(0), Word.Parse<Severity>(row.GetString(1)), Text(row, 2), row.GetString(3), Text(row, 4));

    private static Finding? ForeignKey(DbDataReader row, string own, HashSet<string> tables)
    {
        string name = row.GetString(0);
        var child = new TableName(row.GetString(1), row.GetString(2));
        var parent = new TableName(row.GetString(3), row.GetString(4));
        bool childTakesPart = child.Schema == own && tables.Contains(child.Table);
        bool parentTakesPart = parent.Schema == own && tables.Contains(parent.Table);
        if (childTakesPart == parentTakesPart) return null;
        string fix = $"ALTER TABLE {MySqlName.Quote(child)} DROP FOREIGN KEY {MySqlName.Quote(name)};";
        return childTakesPart
            ? OutsideFinding.Parent(child, name, parent, fix)
            : OutsideFinding.Child(parent, child, name, row.GetString(5), fix);
    }

    private static async Task<IReadOnlyList<Finding>> OthersAsync(
        MySqlConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        HashSet<string> tables = [.. scope.Tables.Select(table => table.Name.ToString())];
        foreach (
            (string schema, bool ours) in await ReadAsync(
                connection, MySqlInspectionSql.StagingSchemas,
                row => (row.GetString(0), Convert.ToBoolean(row.GetValue(1), CultureInfo.InvariantCulture)), cancellationToken))
        {
            try
            {
                findings.AddRange(ours
                    ? (await ReadAsync(
                        connection, MySqlInspectionSql.Others(schema), row => (Failback: row.GetString(0), Table: row.GetString(1)),
                        cancellationToken))
                        .Where(other => tables.Contains(other.Table) && (schema != scope.StagingSchema || other.Failback != scope.Failback))
                        .Select(other => OtherFinding.Failback(other.Failback, other.Table, schema))
                    : await ReadAsync(
                        connection, MySqlInspectionSql.Replicator(schema), _ => OtherFinding.Replicator(schema), cancellationToken));
            }
            catch (MySqlException e) when (e.ErrorCode is MySqlErrorCode.NoSuchTable or MySqlErrorCode.UnknownDatabase)
            {
                // Just being made or dropped: nobody is at work in it yet, or any more.
                _ = e;
            }
        }

        return findings;
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
