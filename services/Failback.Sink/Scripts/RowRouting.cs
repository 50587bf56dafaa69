using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Messaging.Publishing;
using Failback.Scripting.Batches;
using Failback.Sink.Bodies;
using Failback.Sink.Reading;

namespace Failback.Sink.Scripts;

/// <summary>
/// Decides the queue and the key of each row that a userscript returns: the queue of the table that the script names, and the key
/// in the form that this table's own rows have.
/// </summary>
internal sealed class RowRouting(FailbackSpec spec)
{
    private readonly TopicRouter _targets = TopicRouter.ByTarget(spec.Tables);
    private readonly Dictionary<TableRoute, IReadOnlyList<string>> _keys = spec.Tables.ToDictionary(route => route, RowKey.Names);

    private string Script => $"version {spec.Script!.Version} of the userscript of failback {spec.Name}";

    /// <summary>
    /// Returns the table of a name that a script uses, or null. A name without a schema means the schema of the row's own table
    /// first.
    /// </summary>
    internal TableRoute? Find(string name, TableRoute? own) =>
        (own is not null && TableName.TryParse(name, out TableName bare) && bare.Schema.Length == 0
            ? _targets.Find(new TableName(TableName.Parse(own.Target).Schema, bare.Table).ToString())
            : null)
        ?? _targets.Find(name);

    /// <summary>Returns the names of the table's key columns; empty when they are not known.</summary>
    internal IReadOnlyList<string> KeyNames(TableRoute? own) => own is null ? [] : _keys[own];

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
    /// <param name="row">The row as received.</param>
    /// <param name="body">Bytes of the request.</param>
    /// <param name="own">Table of the received row; null when the failback does not have it.</param>
    /// <param name="topic">Name of the received row's table, for messages.</param>
    /// <param name="made">Rows that the script returned.</param>
    /// <exception cref="UnroutableRowException">A row lacks a column of its table's key.</exception>
    internal void Make(RoutedRows rows, RowSlice row, ReadOnlySpan<byte> body, TableRoute? own, string topic, IReadOnlyList<ScriptRow> made)
    {
        ReadOnlySpan<byte> received = Slice(body, row.Key);
        // Every key is built before the first row is added: a row without a key must leave none of its siblings behind.
        var places = new (TableRoute? Table, byte[]? Key)[made.Count];
        for (int i = 0; i < places.Length; i++)
        {
            TableRoute? table = made[i].Table is { } name ? Find(name, own) : own;
            places[i] = (table, table is null ? null : KeyOf(table, own, made[i], Slice(body, row.After), received));
        }

        for (int i = 0; i < places.Length; i++)
        {
            (TableRoute? table, byte[]? key) = places[i];
            ReadOnlySpan<byte> after = made[i].IsDelete ? default : made[i].Row.IsEmpty ? Slice(body, row.After) : made[i].Row.Span;
            if (table is null)
                rows.Make(UnknownQueue(NoTable(made[i].Table ?? topic)), made[i].Table ?? topic, row, received, after, default);
            else if (key is null && made[i].Row.IsEmpty && made[i].IsDelete == (row.After.Length == 0)) rows.Keep(table.Queue, null, row);
            else rows.Make(table.Queue, null, row, key ?? received, after, ReferenceEquals(table, own) ? Slice(body, row.Before) : default);
        }
    }

    private string NoTable(string name) =>
        $"{Script} has a row for {name}, and the failback has no such table: add it to tables and start again, or activate another version";

    /// <summary>Returns the key under which a row goes to a table, or null for the received key.</summary>
    /// <exception cref="UnroutableRowException">The row lacks a column of the table's key.</exception>
    private byte[]? KeyOf(TableRoute table, TableRoute? own, ScriptRow made, ReadOnlySpan<byte> after, ReadOnlySpan<byte> received)
    {
        bool isOwn = ReferenceEquals(table, own);
        if (!made.Key.IsEmpty) return made.Key.ToArray();
        if (isOwn && made.Row.IsEmpty) return null;
        ReadOnlySpan<byte> image = made.Row.IsEmpty ? after : made.Row.Span;
        if (image.IsEmpty) return RowKey.Reorder(received, own is null ? [] : _keys[own], _keys[table]);
        IReadOnlyList<string> names = _keys[table];
        if (names.Count == 0) return null;
        byte[]? key = RowKey.Of(image, names, received, out string missing)
            ?? (own is null ? RowKey.Unnamed(image, names, received) : null);
        // Columns that exist at the source only, such as the number of a hash shard, are in the key but not in the row.
        if (key is null)
            return isOwn
                ? null
                : throw new UnroutableRowException($"a row for {table.Target} has no value for {missing}, a column of its key");
        // Where the order of the source's key columns is not known, the received key has the right one.
        return isOwn && table.SourceKey.Count == 0 && RowKey.SameValues(key, received) ? null : key;
    }

    /// <exception cref="RefusedException">The failback refuses rows without a table.</exception>
    private string UnknownQueue(string reason) =>
        spec.OnUnknownTable == UnknownTablePolicy.DeadLetter
        ? spec.UnknownTableQueue
        : throw new RefusedException(StatusCodes.Status422UnprocessableEntity, reason);

    private static ReadOnlySpan<byte> Slice(ReadOnlySpan<byte> body, ByteRange range) => body.Slice(range.Start, range.Length);
}
