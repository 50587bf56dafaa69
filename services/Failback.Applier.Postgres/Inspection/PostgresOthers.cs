using Failback.Applier.Postgres.Connection;
using Failback.Apply.Dialects;
using Failback.Apply.Inspection;
using Failback.Contracts.Words;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>Looks for other failbacks and Replicators at work on the same tables.</summary>
internal sealed class PostgresOthers(PostgresFacts facts, string user, InspectionScope scope)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        string[] tables = [.. scope.Tables.Select(table => table.Name.ToString())];
        foreach ((string schema, bool ours, bool readable) in await facts.ReadAsync(
            PostgresInspectionSql.StagingSchemas, row => (row.GetString(0), row.GetBoolean(1), row.GetBoolean(2)), cancellationToken))
        {
            if (!readable)
            {
                // That our own may not be read is told with the privileges.
                if (schema != scope.StagingSchema) findings.Add(Unreadable(schema));
            }
            else if (ours)
            {
                string own = schema == scope.StagingSchema ? scope.Failback : "";
                findings.AddRange(
                    await facts.ReadAsync(
                        PostgresInspectionSql.Others(schema), row => OtherFinding.Failback(row.GetString(0), row.GetString(1), schema),
                        cancellationToken, tables, own));
            }
            else
            {
                findings.AddRange(
                    await facts.ReadAsync(
                        PostgresInspectionSql.Replicator(schema), _ => OtherFinding.Replicator(schema), cancellationToken));
            }
        }

        return findings;
    }

    private Finding Unreadable(string schema)
    {
        (string where, string whom) = (PostgresName.Quote(schema), PostgresName.Quote(user));
        return new Finding(
            PreflightCodes.OtherFailback, Severity.Warning, schema,
            "the schema has the tables of a failback or a Replicator that the user of target may not read: whether it is at work on the "
                + "same tables is unknown",
            $"GRANT USAGE ON SCHEMA {where} TO {whom}; GRANT SELECT ON ALL TABLES IN SCHEMA {where} TO {whom};");
    }
}
