using Failback.Apply.Dialects;
using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// Sends parts as one batch of the driver: all statements go before the first answer is waited for, and after a refused one none runs.
/// https://www.npgsql.org/doc/basic-usage.html#batching
/// </summary>
internal static class PostgresBatch
{
    /// <exception cref="Failback.Apply.Writing.RowFaultsException">Rows of a batch would change; no part was sent.</exception>
    public static async Task SendAsync(
        NpgsqlTransaction transaction, IReadOnlyList<StatementPart> parts, CancellationToken cancellationToken)
    {
        await AskAsync(transaction, [.. parts.Where(p => ((IPostgresPart)p).Question is not null)], cancellationToken);
        await using NpgsqlBatch batch = Of(transaction, parts.SelectMany(p => ((IPostgresPart)p).Commands));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        bool isFirst = true;
        foreach (IPostgresPart part in parts.Cast<IPostgresPart>().Where(p => p.HasResult))
        {
            if (!isFirst) await reader.NextResultAsync(cancellationToken);
            isFirst = false;
            await part.ReadAsync(reader, cancellationToken);
        }

        while (await reader.NextResultAsync(cancellationToken))
        {
            // Statements without a result are passed over; their counts are known at the end.
        }

        foreach (StatementPart part in parts) ((IPostgresPart)part).Complete();
    }

    private static async Task AskAsync(
        NpgsqlTransaction transaction, IReadOnlyList<StatementPart> asked, CancellationToken cancellationToken)
    {
        if (asked.Count == 0) return;
        await using NpgsqlBatch batch = Of(transaction, asked.Select(p => ((IPostgresPart)p).Question!));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancellationToken);
        foreach (StatementPart part in asked)
        {
            await PostgresCheck.ReadAsync(reader, part.Rows, first: 1, cancellationToken);
            await reader.NextResultAsync(cancellationToken);
        }
    }

    private static NpgsqlBatch Of(NpgsqlTransaction transaction, IEnumerable<NpgsqlBatchCommand> commands)
    {
        var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (NpgsqlBatchCommand command in commands) batch.BatchCommands.Add(command);
        return batch;
    }
}
