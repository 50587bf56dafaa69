using Failback.Contracts.Words;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>Finds the sequences behind columns of a failback, whatever ties them to each other.</summary>
internal sealed class PostgresSequences(PostgresFacts facts, long[] ids)
{
    public async Task<IReadOnlyList<Finding>> FindAsync(CancellationToken cancellationToken)
    {
        var rows = await facts.ReadAsync(
            PostgresInspectionSql.Sequences,
            row => (
                Sequence: new PostgresSequence(
                    PostgresFacts.Name(row, 0), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetBoolean(6), []),
                Column: new PostgresFedColumn(PostgresFacts.Name(row, 7), row.GetString(9), row.GetBoolean(10)),
                TakesPart: row.GetBoolean(11)),
            cancellationToken, ids);
        return
        [
            .. from row in rows
               group row by row.Sequence.Name into fed
               let first = fed.FirstOrDefault(row => row.TakesPart)
               where first.Column is not null
               select (fed.First().Sequence with { Columns = [.. fed.Select(row => row.Column)] }).Finding(first.Column.Table),
        ];
    }
}
