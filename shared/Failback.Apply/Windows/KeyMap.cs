using Failback.Apply.Columns;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;

namespace Failback.Apply.Windows;

/// <summary>
/// From the source's key array to the target's primary key columns, by name and never by position alone. What is known comes from the
/// definition, from the source's catalogue, or from rows that carry both their key and their columns and leave no doubt. A key with as many
/// parts as a known one but in another order is not believed until the definition says so; a key that nothing explains locates no row. The
/// map is a value: what a row teaches is another map.
/// </summary>
public sealed class KeyMap
{
    private readonly KeyColumns _columns;

    /// <summary>Oldest first; of those with equally many parts the first holds from the beginning.</summary>
    private readonly KeyShape[] _shapes;

    /// <summary>Keys are made from the target's columns and need no comparison.</summary>
    private readonly bool _isOurs;

    /// <summary>An order that the definition does not have was shown, and none of the order that it has.</summary>
    private readonly Failure? _suspicion;

    private readonly Failure? _contradiction;
    private string? _stored;

    /// <param name="table">As the target has it.</param>
    /// <param name="sourceKey">The source's key columns as declared; empty: not declared.</param>
    /// <param name="rules">Of the columns.</param>
    /// <param name="stored">What rows have shown before: <see cref="Stored"/>.</param>
    public KeyMap(TargetTable table, IReadOnlyList<string> sourceKey, IReadOnlyList<ColumnRule> rules, string stored = "")
        : this(new KeyColumns(table, rules), [], isOurs: false) =>
        _shapes = Known(_columns, sourceKey, stored);

    private KeyMap(
        KeyColumns columns, KeyShape[] shapes, bool isOurs, Failure? suspicion = null, Failure? contradiction = null)
    {
        _columns = columns;
        _shapes = shapes;
        _isOurs = isOurs;
        _suspicion = suspicion;
        _contradiction = contradiction;
    }

    /// <summary>What a row showed that cannot be followed: the table has to wait for an operator; null: nothing.</summary>
    public Failure? Problem => _contradiction ?? _suspicion;

    /// <summary>What rows have shown, for the checkpoint.</summary>
    public string Stored => _stored ??= KeyOrders.Write(_shapes, _columns.Names);

    /// <summary>
    /// Ordinals of the columns of the target's key by which the source tells rows apart, where the target's key has further ones; null: it
    /// has none, or that is not known.
    /// </summary>
    public IReadOnlyList<int>? SharedColumns =>
        _isOurs || Array.FindLast(_shapes, s => s.IsPartial) is not { } shape ? null : _columns.Without(shape);

    /// <summary>Names, in rows of the feed, of the columns that make up the target's key.</summary>
    internal IReadOnlyList<string> SourceNames => _columns.SourceNames;

    /// <summary>For keys that are made of the target's columns, in their order.</summary>
    internal static KeyMap InOrder(TargetTable table, IReadOnlyList<ColumnRule> rules)
    {
        var columns = new KeyColumns(table, rules);
        return new KeyMap(columns, [columns.Straight()], isOurs: true);
    }

    /// <summary>True when both name every row alike and locate every delete alike.</summary>
    public bool NamesLike(KeyMap other) =>
        ReferenceEquals(this, other)
        || (_shapes.Length == other._shapes.Length && !_shapes.Where((s, i) => !s.Names(other._shapes[i], IsFirst(s))).Any());

    /// <summary>
    /// Canonical bytes that name the target row: its key in the target's order, or in that of the source where the target's key has more
    /// columns. While it is not known how the key is built the row's image says it; a delete without one is not taken for any row.
    /// </summary>
    public KeyIdentity Identify(in RowFrame row)
    {
        KeyShape? shape = ShapeOf(row);
        if (shape is null && _columns.TryParts(row.IsDelete ? row.Before : row.After, out RawValue[] image))
            return new KeyIdentity(KeySpelling.Array(image));
        if (shape is { IsPartial: false, IsStraight: false }) return new KeyIdentity(KeySpelling.Array(InOrder(shape, row.Key)));
        KeyIdentity asItCame = KeySpelling.IsCanonical(row.Key.Span)
            ? new KeyIdentity(row.Key)
            : new KeyIdentity(KeySpelling.Array(ColumnValueReader.ReadKey(row.Key)));
        return shape is null ? asItCame.Unlocated() : asItCame;
    }

    /// <summary>Values of the target's primary key columns in their order, taken from the source's key array.</summary>
    /// <exception cref="ValueException">The key does not hold them, or nothing says which part is which.</exception>
    public void Locate(in RowFrame row, Span<RawValue> primaryKey)
    {
        List<RawValue> parts = ColumnValueReader.ReadKey(row.Key);
        KeyShape shape = Find(parts.Count, row.Updated) ?? throw new ValueException(Doubt(parts.Count).Message, Doubt(parts.Count).Code);
        if (shape.IsPartial) throw KeyProblems.Lacking(shape, _columns.Names);
        _columns.Fill(primaryKey, parts, shape);
    }

    /// <summary>Why nothing says which row the key names; null: it is known how the key is built.</summary>
    internal Failure? Doubt(in RowFrame row) => ShapeOf(row) is null ? Doubt(KeyArray.Count(row.Key.Span)) : null;

    /// <summary>The map after a row that carries its columns: this one when the row agrees, or says nothing.</summary>
    public KeyMap Learn(in RowFrame row, ReadOnlySpan<RawValue> cells)
    {
        if (_isOurs || _contradiction is not null) return this;
        if (_shapes is [{ } only] && !only.IsNewTo(row.Updated, IsKept(only.Parts)) && only.Matches(row.Key.Span, cells, _columns.Ordinals))
            return this;
        List<RawValue> parts = ColumnValueReader.ReadKey(row.Key);
        RawValue[] wanted = _columns.Of(cells);
        KeyShape[] alike = [.. _shapes.Where(s => s.Parts == parts.Count)];
        KeyShape[] agreeing = [.. alike.Where(s => Agrees(s, parts, wanted))];
        if (agreeing.Length > 1) return this;
        KeyExplanation explanation = KeyExplanation.Of(
            parts.Count, wanted.Length, (p, c) => wanted[c].IsMissing ? null : _columns.IsSame(c, parts[p], wanted[c]));
        if (agreeing is [{ } shape]) return Confirm(shape, alike[^1], row.Updated, explanation.Positions is not null);
        if (explanation.Positions is { } positions)
        {
            var shown = new KeyShape(parts.Count, positions) { IsConfirmed = IsKept(parts.Count) };
            return alike.Length == 0
                ? With([.. _shapes, shown with { From = row.Updated }], _suspicion)
                : Differing(shown, alike[^1], row.Updated);
        }

        return explanation.IsContradiction ? Refusing(KeyProblems.Mismatch(_columns.Table, parts.Count, _columns.SourceNames)) : this;
    }

    /// <summary>The same by the row's image.</summary>
    public KeyMap Learn(in RowFrame row) => _columns.TryCells(row.After, out RawValue[] cells) ? Learn(row, cells) : this;

    /// <summary>
    /// A source's key with its parts in the order of the target's columns; as it is where it is in that order, or where neither the key nor
    /// the image says more.
    /// </summary>
    internal ReadOnlyMemory<byte> InTargetOrder(in RowFrame row) => ShapeOf(row) switch
    {
        null => TryKeyOf(row.After, out ReadOnlyMemory<byte> key) ? key : row.Key,
        { IsPartial: false, IsStraight: false } shape => KeyArray.Join(InOrder(shape, row.Key)),
        _ => row.Key,
    };

    /// <summary>The key of a row image, its parts in the order of the target's columns; false when the image lacks one.</summary>
    internal bool TryKeyOf(ReadOnlyMemory<byte> image, out ReadOnlyMemory<byte> key)
    {
        bool found = _columns.TryParts(image, out RawValue[] parts);
        key = found ? KeyArray.Join(parts) : default;
        return found;
    }

    /// <summary>
    /// What rows have shown, then what was said: at once where rows have shown nothing of keys with so many parts, and otherwise from the
    /// first row that is as was said.
    /// </summary>
    private static KeyShape[] Known(KeyColumns columns, IReadOnlyList<string> sourceKey, string stored)
    {
        List<KeyShape> shapes = [.. KeyOrders.Read(stored, columns.Names)];
        KeyShape? said = sourceKey.Count > 0 ? columns.ShapeOf(sourceKey) : columns.Count == 1 ? columns.Straight() : null;
        if (said is null) return [.. shapes];
        KeyShape? shown = shapes.FindLast(s => s.Parts == said.Parts);
        said = said with { IsSaid = sourceKey.Count > 0, From = HlcTimestamp.Max };
        if (shown is null || !said.Reads(shown)) shapes.Add(said);
        else shapes[shapes.IndexOf(shown)] = shown with { IsSaid = said.IsSaid };
        return [.. shapes];
    }

    private static IEnumerable<RawValue> InOrder(KeyShape shape, ReadOnlyMemory<byte> key)
    {
        List<RawValue> parts = ColumnValueReader.ReadKey(key);
        return shape.Positions.Select(p => parts[p]);
    }

    private Failure Doubt(int parts) => KeyProblems.Doubt(_shapes.Any(s => s.Parts == parts), _columns.SourceNames);

    private KeyShape? ShapeOf(in RowFrame row) => Find(KeyArray.Count(row.Key.Span), row.Updated);

    /// <summary>How keys with so many parts are built at a version; null: not known, or the version lies between two orders.</summary>
    private KeyShape? Find(int parts, HlcTimestamp updated)
    {
        KeyShape? found = null;
        foreach (KeyShape shape in _shapes)
        {
            if (shape.Parts != parts) continue;
            if (shape.From > updated && found is not null) return updated <= found.Until ? found : null;
            found = shape;
        }

        return found;
    }

    private bool Agrees(KeyShape shape, List<RawValue> parts, RawValue[] wanted)
    {
        for (int i = 0; i < wanted.Length; i++)
        {
            if (shape.Positions[i] == KeyShape.None || wanted[i].IsMissing) continue;
            if (!_columns.IsSame(i, parts[shape.Positions[i]], wanted[i])) return false;
        }

        return true;
    }

    /// <summary>The one shape that the row agrees with moves its bounds, and is believed once a row could not be read otherwise.</summary>
    private KeyMap Confirm(KeyShape shape, KeyShape newest, HlcTimestamp updated, bool decides)
    {
        if (!decides || !IsKept(shape.Parts)) return this;
        KeyShape seen = shape with { IsConfirmed = true };
        bool isFormer = !ReferenceEquals(shape, newest);
        if (isFormer && updated > shape.Until) seen = seen with { Until = updated };
        if (!isFormer && updated < shape.From) seen = seen with { From = updated };
        if (seen == shape) return this;
        KeyShape[] shapes = [.. _shapes.Select(s => ReferenceEquals(s, shape) ? seen : s)];
        KeyShape[] alike = [.. shapes.Where(s => s.Parts == shape.Parts)];
        bool crosses = Enumerable.Range(1, alike.Length - 1).Any(i => alike[i - 1].Until >= alike[i].From);
        return crosses ? Refusing(Changed(shape, updated)) : With(shapes, seen.IsSaid ? null : _suspicion);
    }

    /// <summary>
    /// A row in another order than is known. Older than all rows that are as the definition says, it is from before the key was altered;
    /// while there is none of these, it may as well be the definition that is wrong.
    /// </summary>
    private KeyMap Differing(KeyShape shown, KeyShape newest, HlcTimestamp updated)
    {
        if (!newest.IsSaid || updated >= newest.From) return Refusing(Changed(shown, updated));
        KeyShape former = shown with { From = updated, Until = updated };
        return With(
            [.. _shapes.SelectMany(s => ReferenceEquals(s, newest) ? (KeyShape[])[former, s] : [s])],
            newest.IsConfirmed ? _suspicion : Changed(shown, updated));
    }

    private bool IsFirst(KeyShape shape) => ReferenceEquals(shape, Array.Find(_shapes, s => s.Parts == shape.Parts));

    /// <summary>One part for one column needs no proof.</summary>
    private bool IsKept(int parts) => parts > 1 || _columns.Count > 1;

    private Failure Changed(KeyShape shown, HlcTimestamp updated) => KeyProblems.Changed(
        _columns.Table, shown, _shapes.Last(s => s.Parts == shown.Parts), _columns.SourceNames, updated);

    private KeyMap With(KeyShape[] shapes, Failure? suspicion) => new(_columns, shapes, _isOurs, suspicion);

    private KeyMap Refusing(Failure contradiction) => new(_columns, _shapes, _isOurs, _suspicion, contradiction);
}
