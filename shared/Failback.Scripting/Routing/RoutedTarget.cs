using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Scripting.Batches;

namespace Failback.Scripting.Routing;

/// <summary>A table of the failback that a made row goes to. The key is built of the columns that the route names.</summary>
public sealed class RoutedTarget : IScriptTarget
{
    private readonly TableRoute? _table;
    private readonly TableRoute? _own;
    private readonly IReadOnlyList<string> _names;
    private readonly IReadOnlyList<string> _received;
    private readonly ScriptStage _stage;

    internal RoutedTarget(
        TableRoute? table, IReadOnlyList<string> names, TableRoute? own, IReadOnlyList<string> received, ScriptStage stage)
    {
        _table = table;
        _names = names;
        _own = own;
        _received = received;
        _stage = stage;
    }

    public bool TakesBefore => IsOwn && _stage == ScriptStage.Source;

    private bool IsOwn => _table is not null && ReferenceEquals(_table, _own);

    public bool TryKeyOf(ScriptRow made, ReadOnlyMemory<byte> image, in RowFrame received, out ReadOnlyMemory<byte> key)
    {
        key = received.Key;
        if (_table is null || (IsOwn && made.Row.IsEmpty)) return true;
        if (image.IsEmpty)
        {
            key = RowKey.Reorder(received.Key.Span, _received, _names);
            return true;
        }

        if (_names.Count == 0) return true;
        byte[]? named = RowKey.Of(image.Span, _names, received.Key.Span, out _)
            ?? (_own is null ? RowKey.Unnamed(image.Span, _names, received.Key.Span) : null);
        // Columns that exist at the source only, such as the number of a hash shard, are in the key but not in the row.
        if (named is null) return IsOwn && !IsKeyByNames(made);
        if (!IsOwn || !IsReceived(named, received)) key = named;
        return true;
    }

    /// <summary>Tells that a row has no key; names of columns and tables only, never values.</summary>
    public string Lack(in RowFrame received, ScriptRow made)
    {
        RowKey.Of((made.Row.IsEmpty ? received.After : made.Row).Span, _names, received.Key.Span, out string missing);
        return $"a row for {_table?.Target} has no value for {missing}, a column of its key";
    }

    /// <summary>The handlers of a table are the last to have a say: a delete by names has to name every column there.</summary>
    private bool IsKeyByNames(ScriptRow made) => _stage == ScriptStage.Table && made is { IsDelete: true, Row.IsEmpty: false };

    /// <summary>
    /// The key that the script was given spells the row's values as the feed does. Where the order of the source's key columns is not
    /// known, it has the right one.
    /// </summary>
    private bool IsReceived(byte[] key, in RowFrame received) => _table!.SourceKey.Count == 0
        ? RowKey.SameValues(key, received.Key.Span)
        : RowKey.SameParts(key, received.Key.Span);
}
