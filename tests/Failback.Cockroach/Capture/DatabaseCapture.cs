using System.Globalization;
using Failback.Contracts;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;

namespace Failback.Cockroach.Capture;

/// <summary>
/// Reads the committed changes of one database by logical decoding (https://www.postgresql.org/docs/current/logicaldecoding.html)
/// into its <see cref="History"/>. The slot is never advanced, so a restarted stand-in reads everything again: its databases are
/// short-lived.
/// </summary>
internal sealed class DatabaseCapture(
    NpgsqlDataSource database, string connectionString, string slot, History history, Action<string> truncated)
{
    private const string Publication = "crdb_stand_in";
    private const string Mark = "crdb_stand_in";

    // A transaction takes its commit time a moment before its place in the log; closing at the time of a mark could miss it.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MarkEvery = TimeSpan.FromMilliseconds(100);

    private readonly TableCache _tables = new(database);
    private readonly TaskCompletionSource _attached = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the log is being read.</summary>
    public Task Attached => _attached.Task;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using (NpgsqlCommand command = database.CreateCommand(
            $"SELECT pg_create_logical_replication_slot('{slot}', 'pgoutput') WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE "
                + $"slot_name = '{slot}')"))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await using (NpgsqlCommand command = database.CreateCommand(
            "INSERT INTO crdb_internal.history SELECT crdb_internal.now_hlc() WHERE NOT EXISTS (SELECT FROM crdb_internal.history)"))
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = ReadAsync(both.Token);
        Task marking = MarkAsync(both.Token);
        Task first = await Task.WhenAny(reading, marking);
        await both.CancelAsync();
        await Task.WhenAll(reading, marking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            Options = "-c timezone=UTC -c datestyle=ISO -c intervalstyle=postgres -c extra_float_digits=1 -c bytea_output=hex",
        };
        await using var connection = new LogicalReplicationConnection(settings.ConnectionString);
        await connection.Open(cancellationToken);
        var options = new PgOutputReplicationOptions(
            Publication, PgOutputProtocolVersion.V1, binary: false, streamingMode: null, messages: true);
        var transaction = new TransactionChanges();
        HlcTimestamp time = default;
        bool mark = false;
        await foreach (PgOutputReplicationMessage message in connection.StartReplication(
            new PgOutputReplicationSlot(slot), options, cancellationToken))
        {
            switch (message)
            {
                case BeginMessage begin:
                    time = HlcTimestamp.FromTime(
                        new DateTimeOffset(DateTime.SpecifyKind(begin.TransactionCommitTimestamp, DateTimeKind.Utc)));
                    mark = false;
                    break;
                case RelationMessage relation:
                    await _tables.DescribeAsync(
                        relation.RelationId, relation.Namespace, relation.RelationName,
                        [.. relation.Columns.Select(column => (column.ColumnName, column.DataTypeId))], cancellationToken);
                    break;
                case LogicalDecodingMessage note:
                    mark = note.Prefix == Mark;
                    break;
                case TruncateMessage truncate:
                    foreach (RelationMessage relation in truncate.Relations)
                        truncated(string.Create(CultureInfo.InvariantCulture, $"{relation.RelationId}"));
                    break;
                case CommitMessage:
                    if (transaction.Count > 0) history.Commit(transaction.Take(), time);
                    _attached.TrySetResult();
                    // Only a mark closes a time: the log is in commit order, so everything up to the mark has been read.
                    if (mark) history.Close(new HlcTimestamp(time.Wall - (Margin.Ticks * 100), 0));
                    break;
                default:
                    await TakeAsync(message, transaction);
                    break;
            }
        }
    }

    private async Task TakeAsync(PgOutputReplicationMessage message, TransactionChanges transaction)
    {
        RelationMessage? relation = message switch
        {
            InsertMessage insert => insert.Relation,
            UpdateMessage update => update.Relation,
            DeleteMessage delete => delete.Relation,
            _ => null,
        };
        if (relation is null) return;
        CapturedTable? table = relation.Namespace == "crdb_internal" ? null : _tables.Find(relation.RelationId);
        string?[]? before = message switch
        {
            FullUpdateMessage update => await RowAsync(update.OldRow, null),
            // The log contains the old row only when the key changed or the table's replica identity is full.
            IndexUpdateMessage update => await RowAsync(update.Key, null),
            FullDeleteMessage delete => await RowAsync(delete.OldRow, null),
            KeyDeleteMessage delete => await RowAsync(delete.Key, null),
            _ => null,
        };
        string?[]? after = message switch
        {
            InsertMessage insert => await RowAsync(insert.NewRow, null),
            UpdateMessage update => await RowAsync(update.NewRow, before),
            _ => null,
        };
        if (table is not null && table.Key.Count > 0) transaction.Add(table, before, after);
    }

    /// <param name="tuple">Row from the log.</param>
    /// <param name="old">Previous row, which provides long values that did not change: the log omits them.</param>
    private static async Task<string?[]> RowAsync(ReplicationTuple tuple, string?[]? old)
    {
        var values = new List<string?>();
        await foreach (ReplicationValue value in tuple)
            values.Add(value.IsDBNull ? null : value.IsUnchangedToastedValue ? old?[values.Count] : await value.Get<string>());
        return [.. values];
    }

    // When a mark is read from the log, everything before it has been read too.
    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"SET synchronous_commit = on; SELECT pg_logical_emit_message(true, '{Mark}', '')", connection);
        using var timer = new PeriodicTimer(MarkEvery);
        do await command.ExecuteNonQueryAsync(cancellationToken);
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
