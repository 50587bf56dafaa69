using Failback.Apply.Dialects;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>Asks about a batch; the answer is a list with one item per row of the result.</summary>
/// <param name="rows">The batch.</param>
/// <param name="command">The query.</param>
/// <param name="read">Reads a row of its result.</param>
internal sealed class PostgresQuestion<T>(RowBatch rows, NpgsqlBatchCommand command, Func<NpgsqlDataReader, T> read)
    : StatementPart<IReadOnlyList<T>>(rows), IPostgresPart
{
    public NpgsqlBatchCommand? Question => null;

    public IReadOnlyList<NpgsqlBatchCommand> Commands { get; } = [command];

    public bool HasResult => true;

    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        var found = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) found.Add(read(reader));
        Answer = found;
    }

    public void Complete()
    {
    }
}
