using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Contracts.Words;
using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>What in a PostgreSQL target would keep rows out or change them.</summary>
internal sealed class PostgresInspection : ITargetInspection
{
    public async Task<IReadOnlyList<Finding>> RunAsync(
        DbConnection connection, InspectionScope scope, CancellationToken cancellationToken)
    {
        var facts = new PostgresFacts((NpgsqlConnection)connection);
        PostgresSite site = (await facts.ReadAsync(PostgresInspectionSql.Session, PostgresSite.Read, cancellationToken))[0];
        string[] schemas = [.. scope.Tables.Select(table => table.Name.Schema)];
        string[] names = [.. scope.Tables.Select(table => table.Name.Table)];
        long[] ids = [
            .. await facts.ReadAsync(PostgresInspectionSql.Ids, row => row.GetInt64(0), cancellationToken, schemas, names)];
        return
        [
            .. await new PostgresTableFindings(facts, site.User, ids, scope.Triggers).FindAsync(cancellationToken),
            .. await new PostgresSequences(facts, ids).FindAsync(cancellationToken),
            .. await new PostgresServerFindings(facts, site, scope).FindAsync(cancellationToken),
            .. await new PostgresOthers(facts, site.User, scope).FindAsync(cancellationToken),
        ];
    }
}
