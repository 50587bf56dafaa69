using System.Data.Common;
using Failback.Apply.Dialects;
using Failback.Apply.Windows;

namespace Failback.Apply.Writing;

/// <summary>
/// Gathers statements over batches of several tables and sends them together, in their order. A failure of the server says nothing of the
/// table that it came from, which is all the same to an attempt that is undone as a whole; an isolating one sends each batch by itself, and
/// so goes a batch that the dialect makes no part of.
/// </summary>
internal sealed class RoundTrip(ITableStatements statements, DbTransaction transaction, RowGuard guard, WriteCounters counters)
{
    /// <summary>Kind of a round trip of statements of several kinds.</summary>
    private const string Several = "several";

    /// <summary>More than these are sent before more are gathered: values are held twice until then.</summary>
    private const int MostRows = 5_000;
    private const long MostBytes = 4 << 20;

    private readonly List<Gathered> _gathered = [];
    private int _rows;
    private long _bytes;

    /// <summary>Gathers a statement over a batch, or sends it after what was gathered before.</summary>
    /// <param name="kind">What the statement does, for its measured time.</param>
    /// <param name="table">Table of the batch.</param>
    /// <param name="batch">The rows; those that cannot be stored are refused.</param>
    /// <param name="part">Makes the part; null: none is made of this batch.</param>
    /// <param name="alone">Sends the batch by itself.</param>
    /// <param name="answered">Takes the rows that were sent, and the answer.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task AddAsync<T>(
        string kind, TableChanges table, RowBatch batch, Func<RowBatch, StatementPart<T>?> part, Func<RowBatch, Task<T>> alone,
        Action<RowBatch, T> answered, CancellationToken cancellationToken)
    {
        if (!guard.TakesApart(table) && await MakeAsync(table, batch, part, cancellationToken) is { } made)
        {
            _gathered.Add(new Gathered(kind, table, made, MakeAgainAsync, p => answered(p.Rows, ((StatementPart<T>)p).Answer)));
            _rows += made.Rows.Count;
            _bytes += made.Rows.Bytes;
            if (_rows >= MostRows || _bytes >= MostBytes) await SendAsync(cancellationToken);
            return;
        }

        await SendAsync(cancellationToken);
        await guard.RunAsync(table, batch, SendAloneAsync, cancellationToken);

        async Task SendAloneAsync(RowBatch rows)
        {
            T? answer = default;
            await counters.TimeAsync(kind, async () => answer = await alone(rows));
            answered(rows, answer!);
        }

        async Task<StatementPart?> MakeAgainAsync(RowBatch rows) => await MakeAsync(table, rows, part, cancellationToken);
    }

    /// <summary>Sends what was gathered.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        while (_gathered.Count > 0)
        {
            try
            {
                string kind = _gathered.TrueForAll(g => g.Kind == _gathered[0].Kind) ? _gathered[0].Kind : Several;
                await counters.TimeAsync(
                    kind, () => statements.Parts!.SendAsync(transaction, [.. _gathered.Select(g => g.Part)], cancellationToken));
                break;
            }
            catch (RowFaultsException e)
            {
                await RefuseAsync(e);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                guard.NoteTogether(_gathered.Select(g => g.Part.Rows), e);
                throw;
            }
        }

        Gathered[] sent = [.. _gathered];
        _gathered.Clear();
        (_rows, _bytes) = (0, 0);
        foreach (Gathered one in sent) one.Answered(one.Part);
    }

    private async Task RefuseAsync(RowFaultsException found)
    {
        int place = _gathered.FindIndex(g => ReferenceEquals(g.Part.Rows, found.Rows));
        if (place < 0 || found.Faults.Count == 0)
            throw new InvalidOperationException("parts told faults of rows that they were not given", found);
        Gathered faulty = _gathered[place];
        foreach (RowFault fault in found.Faults) guard.Refuse(faulty.Table, fault.Change, fault.Failure);
        StatementPart? rest = await faulty.MakeAgainAsync(faulty.Part.Rows);
        if (rest is null) _gathered.RemoveAt(place);
        else _gathered[place] = faulty with { Part = rest };
    }

    /// <summary>Null: no row is left, or the batch is sent by itself.</summary>
    private async Task<StatementPart<T>?> MakeAsync<T>(
        TableChanges table, RowBatch batch, Func<RowBatch, StatementPart<T>?> part, CancellationToken cancellationToken)
    {
        StatementPart<T>? made = null;
        await guard.RunAsync(table, batch, Make, cancellationToken);
        return made;

        Task Make(RowBatch rows)
        {
            made = part(rows);
            return Task.CompletedTask;
        }
    }

    /// <summary>A part that waits to be sent.</summary>
    /// <param name="Kind">What it does.</param>
    /// <param name="Table">Its table.</param>
    /// <param name="Part">The part.</param>
    /// <param name="MakeAgainAsync">Makes it of the rows that are left; null: none is.</param>
    /// <param name="Answered">Hands the answer over.</param>
    private sealed record Gathered(
        string Kind, TableChanges Table, StatementPart Part, Func<RowBatch, Task<StatementPart?>> MakeAgainAsync,
            Action<StatementPart> Answered);
}
