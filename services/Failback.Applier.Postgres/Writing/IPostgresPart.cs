using Npgsql;

namespace Failback.Applier.Postgres.Writing;

/// <summary>What a part sends, and how it takes the answer.</summary>
internal interface IPostgresPart
{
    /// <summary>Asked before any part writes; its rows are faults; null: nothing is asked.</summary>
    NpgsqlBatchCommand? Question { get; }

    /// <summary>The statements.</summary>
    IReadOnlyList<NpgsqlBatchCommand> Commands { get; }

    /// <summary>True: its one statement has a result, which <see cref="ReadAsync"/> reads.</summary>
    bool HasResult { get; }

    /// <summary>Reads the result.</summary>
    Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken);

    /// <summary>All results have been read: the commands know how many rows they touched.</summary>
    void Complete();
}
