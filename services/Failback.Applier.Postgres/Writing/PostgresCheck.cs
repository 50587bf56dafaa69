using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Writing;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Asks the server which rows of a batch would not be kept as they are, before any of them is written. An assignment rounds and cuts where
/// it finds that the standard has it so, and reports nothing.
/// </summary>
internal static class PostgresCheck
{
    /// <param name="question">A statement of <see cref="PostgresSql.Changed(RowBatch)"/>, in the transaction that writes the rows.</param>
    /// <param name="rows">The batch.</param>
    /// <param name="first">Number of its first row.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RowFaultsException">Some row would change.</exception>
    public static async Task RunAsync(NpgsqlCommand question, RowBatch rows, int first, CancellationToken cancellationToken)
    {
        await using NpgsqlDataReader row = await question.ExecuteReaderAsync(cancellationToken);
        await ReadAsync(row, rows, first, cancellationToken);
    }

    /// <param name="row">Result of the question.</param>
    /// <param name="rows">The batch.</param>
    /// <param name="first">Number of its first row.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="RowFaultsException">Some row would change.</exception>
    public static async Task ReadAsync(NpgsqlDataReader row, RowBatch rows, int first, CancellationToken cancellationToken)
    {
        var faults = new RowFaults(rows);
        while (await row.ReadAsync(cancellationToken))
        {
            int place = row.GetInt32(1);
            string reason = PostgresSql.Column(rows.Table, rows.Columns[place]).Reason;
            faults.Add(row.GetInt32(0) - first, PostgresColumn.Refusal(rows, place, reason));
        }

        faults.ThrowIfAny();
    }
}
