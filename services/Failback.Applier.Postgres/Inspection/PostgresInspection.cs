using Failback.Contracts.Words;
using System.Data.Common;
using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Apply.Tables;
using Failback.Contracts;
using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>What in a PostgreSQL target would keep rows out or change them.</summary>
internal sealed class PostgresInspection : ITargetInspection
{
    public Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken) =>
        RunAsync((NpgsqlConnection)connection, scope, cancellationToken);

    private static async Task<IReadOnlyList<Finding>> RunAsync(
        NpgsqlConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        await using (var path = new NpgsqlCommand("SET search_path = ''", connection)) await path.ExecuteNonQueryAsync(cancellationToken);
        long[] ids = await IdsAsync(connection, scope.Tables, cancellationToken);
        var findings = new List<Finding>();
        foreach (string query in PostgresInspectionSql.Queries)
        {
            object[] values = query.Contains("$2", StringComparison.Ordinal)
                ? [ids, scope.StagingSchema]
                : query.Contains("$1", StringComparison.Ordinal)
                ? [ids]
                : [];
            findings.AddRange(
                await ReadAsync(
                    connection, query, values,
                    row => new Finding(
                        row.GetString(0), Word.Parse<Severity>(row.GetString(1)), Plain(row, 2), row.GetString(3), Text(row, 4)),
                    cancellationToken));
        }

        foreach (DateTime there in await ReadAsync(
            connection, PostgresInspectionSql.Clock, [], row => row.GetDateTime(0), cancellationToken))
            findings.AddRange(ClockFinding.Of(new DateTimeOffset(there.ToUniversalTime()), TimeProvider.System.GetUtcNow()));
        findings.AddRange(await OthersAsync(connection, scope, cancellationToken));
        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> OthersAsync(
        NpgsqlConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        string[] tables = [.. scope.Tables.Select(table => table.Name.ToString())];
        foreach ((string schema, bool ours, bool readable, string user) in await ReadAsync(
            connection, PostgresInspectionSql.StagingSchemas, [],
            row => (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2), row.GetString(3)), cancellationToken))
        {
            if (!readable)
            {
                // That our own may not be read is told with the privileges.
                if (schema != scope.StagingSchema) findings.Add(Unreadable(schema, user));
            }
            else if (ours)
            {
                object[] values = [tables, schema == scope.StagingSchema ? scope.Failback : ""];
                findings.AddRange(
                    await ReadAsync(
                        connection, PostgresInspectionSql.Others(schema), values,
                        row => OtherFinding.Failback(row.GetString(0), row.GetString(1), schema), cancellationToken));
            }
            else
            {
                findings.AddRange(
                    await ReadAsync(
                        connection, PostgresInspectionSql.Replicator(schema), [], _ => OtherFinding.Replicator(schema), cancellationToken));
            }
        }

        return findings;
    }

    private static Finding Unreadable(string schema, string user)
    {
        (string where, string whom) = (PostgresName.Quote(schema), PostgresName.Quote(user));
        return new Finding(
            "other_failback", Severity.Warning, schema,
            "the schema has the tables of a failback or a Replicator that the user of target may not read: whether it is at work on the "
                + "same tables is unknown",
            $"GRANT USAGE ON SCHEMA {where} TO {whom}; GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO {whom};");
    }

    private static async Task<long[]> IdsAsync(
        NpgsqlConnection connection, IReadOnlyList<TargetTable> tables, CancellationToken cancellationToken)
    {
        // Not by regclass, which needs USAGE on the schema: that it is missing is one of the findings.
        const string Ids =
            "SELECT c.oid::int8 FROM unnest($1, $2) AS t (s, n) JOIN pg_namespace n ON n.nspname = t.s JOIN pg_class c ON c.relnamespace "
                + "= n.oid AND c.relname = t.n";
        string[] schemas = [.. tables.Select(table => table.Name.Schema)];
        string[] names = [.. tables.Select(table => table.Name.Table)];
        return [.. await ReadAsync(connection, Ids, [schemas, names], row => row.GetInt64(0), cancellationToken)];
    }

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string query, IEnumerable<object> values, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(query, connection);
        foreach (object value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await row.ReadAsync(cancellationToken)) rows.Add(read(row));
        return rows;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static string? Plain(NpgsqlDataReader row, int column) =>
        Text(row, column) is { } name && TableName.TryParse(name, out TableName parsed) ? parsed.ToString() : Text(row, column);
}
