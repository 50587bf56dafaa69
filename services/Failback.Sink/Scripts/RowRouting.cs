using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Messaging.Publishing;
using Failback.Scripting.Batches;
using Failback.Scripting.Routing;
using Failback.Sink.Bodies;

namespace Failback.Sink.Scripts;

/// <summary>
/// Decides the queue and the key of each row that a userscript returns: the queue of the table that the script names, and the key
/// in the form that this table's own rows have.
/// </summary>
internal sealed class RowRouting(FailbackSpec spec)
{
    private readonly ScriptTables _tables = new(spec.Tables);

    private string Script => $"version {spec.Script!.Version} of the userscript of failback {spec.Name}";

    /// <summary>Returns the names of the table's key columns; empty when they are not known.</summary>
    internal IReadOnlyList<string> KeyNames(TableRoute? own) => _tables.KeyNames(own);

    /// <summary>Passes the row on as received.</summary>
    internal void Keep(RoutedRows rows, RowSlice row, TableRoute? own, string topic)
    {
        if (own is not null) rows.Keep(own.Queue, null, row);
        else rows.Keep(UnknownQueue($"failback {spec.Name} has no table {topic}"), topic, row);
    }

    /// <summary>Drops the row and lets its table count it.</summary>
    internal static void Drop(RoutedRows rows, RowSlice row, TableRoute? own)
    {
        if (own is not null) rows.Drop(own.Queue, row);
        else rows.Uncounted++;
    }

    /// <summary>Keeps a row that the script failed on for the letters of its table.</summary>
    internal void Fail(RoutedRows rows, RowSlice row, ReadOnlySpan<byte> body, TableRoute? own, string topic, string reason)
    {
        if (own is not null) rows.Fail(own.Queue, row, body, reason);
        else rows.Keep(
            UnknownQueue($"{Script} fails on a row of {topic}, which has no table of its own to be kept with: {reason}"), topic, row);
    }

    /// <summary>Adds the rows that the script makes of one: all of them, or none when one has no key.</summary>
    /// <param name="rows">Collects the rows.</param>
    /// <param name="row">The row as received, where it lies in the request.</param>
    /// <param name="received">The same row with its bytes.</param>
    /// <param name="own">Table of the received row; null when the failback does not have it.</param>
    /// <param name="topic">Name of the received row's table, for messages.</param>
    /// <param name="made">Rows that the script returned.</param>
    /// <exception cref="UnroutableRowException">A row lacks a column of its table's key.</exception>
    internal void Make(
        RoutedRows rows, RowSlice row, in RowFrame received, TableRoute? own, string topic, IReadOnlyList<ScriptRow> made)
    {
        // Every row is complete before the first is added: a row without a key must leave none of its siblings behind.
        var places = new (TableRoute? Table, RowFrame Row)[made.Count];
        for (int i = 0; i < places.Length; i++)
        {
            TableRoute? table = _tables.Find(made[i].Table, own);
            RoutedTarget target = _tables.Target(table, own);
            places[i] = (table, made[i].Over(received, target) ?? throw new UnroutableRowException(target.Lack(received, made[i])));
        }

        for (int i = 0; i < places.Length; i++)
        {
            (TableRoute? table, RowFrame result) = places[i];
            string name = made[i].Table ?? topic;
            if (table is null) rows.Make(UnknownQueue(NoTable(name)), name, result);
            else if (result == received) rows.Keep(table.Queue, null, row);
            else rows.Make(table.Queue, null, result);
        }
    }

    private string NoTable(string name) =>
        $"{Script} has a row for {name}, and the failback has no such table: add it to tables and start again, or activate another version";

    /// <exception cref="RefusedException">The failback refuses rows without a table.</exception>
    private string UnknownQueue(string reason) =>
        spec.OnUnknownTable == UnknownTablePolicy.DeadLetter
        ? spec.UnknownTableQueue
        : throw new RefusedException(StatusCodes.Status422UnprocessableEntity, reason);
}
