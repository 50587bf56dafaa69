using Failback.Apply.Dialects;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>Writes a batch; the answer is how many rows its statements touched.</summary>
/// <param name="rows">The batch.</param>
/// <param name="question">Asks which rows would change; null: the server need not be asked.</param>
/// <param name="commands">The statements.</param>
internal sealed class PostgresWrite(RowBatch rows, NpgsqlBatchCommand? question, params NpgsqlBatchCommand[] commands)
    : StatementPart<int>(rows), IPostgresPart
{
    public NpgsqlBatchCommand? Question => question;

    public IReadOnlyList<NpgsqlBatchCommand> Commands => commands;

    public bool HasResult => false;

    public Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("statements that write have no result");

    public void Complete() => Answer = commands.Sum(c => c.RecordsAffected);
}
