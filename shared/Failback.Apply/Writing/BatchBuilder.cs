using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Values;
using Failback.Apply.Windows;
using Failback.Contracts.Rows;

namespace Failback.Apply.Writing;

/// <summary>Decodes the changes of one table into batches of rows that carry the same columns.</summary>
public sealed class BatchBuilder(int maxRows, long maxBytes)
{
    /// <summary>Room at first for rows that carry other columns than most.</summary>
    private const int FewRows = 16;

    /// <summary>Reads upserts; rows whose image cannot be read are reported to <paramref name="fault"/>.</summary>
    public IEnumerable<RowBatch> Upserts(TableChanges changes, Action<RowChange, Failure> fault)
    {
        int width = changes.Table.Columns.Count;
        var row = new RawValue[width];
        bool[] writable = [.. changes.Table.Columns.Select(c => !c.IsGenerated)];
        var groups = new List<Group>();
        Group? group = null;
        int left = changes.Upserts.Count;
        foreach (RowChange change in changes.Upserts)
        {
            int most = Math.Min(maxRows, left--);
            if (!TryRead(changes, change, row, fault)) continue;
            if (group is null || !group.Carries(writable, row)) group = groups.Find(g => g.Carries(writable, row));
            if (group is null) groups.Add(group = new Group([.. row.Select((cell, i) => writable[i] && !cell.IsMissing)]));
            group.Add(change, row, groups.Count == 1 ? most : FewRows);
            if (group.Count < maxRows && group.Bytes < maxBytes) continue;
            yield return group.Take(changes);
        }

        foreach (Group rest in groups)
        {
            if (rest.Count > 0) yield return rest.Take(changes);
        }
    }

    /// <summary>
    /// The primary keys of changes as batches of at most <c>maxRows</c>; keys that cannot be located go to <paramref name="fault"/>.
    /// </summary>
    public IEnumerable<RowBatch> Keys(TableChanges changes, IReadOnlyList<RowChange> rows, Action<RowChange, Failure> fault)
    {
        int[] columns = [.. changes.Table.PrimaryKey];
        var cells = new List<RawValue>();
        var located = new List<RowChange>();
        var key = new RawValue[columns.Length];
        foreach (RowChange change in rows)
        {
            try
            {
                Locate(changes, change, key);
            }
            catch (ValueException e)
            {
                fault(change, new Failure(FailureKind.Data, e.Code, e.Message));
                continue;
            }

            cells.AddRange(key);
            located.Add(change);
            if (located.Count < maxRows) continue;
            yield return new RowBatch(changes.Table, columns, [.. cells], [.. located]);
            cells.Clear();
            located.Clear();
        }

        if (located.Count > 0) yield return new RowBatch(changes.Table, columns, [.. cells], [.. located]);
    }

    /// <summary>The keys that rows had before, of those whose former image came with them.</summary>
    public static RowBatch FormerKeys(TableChanges changes, IReadOnlyList<RowChange> rows)
    {
        int[] columns = [.. changes.Table.PrimaryKey];
        var cells = new List<RawValue>();
        var located = new List<RowChange>();
        var key = new RawValue[columns.Length];
        foreach (RowChange change in rows)
        {
            if (!TryLocateFormer(changes, change.Mutation.Frame, key)) continue;
            cells.AddRange(key);
            located.Add(change);
        }

        return new RowBatch(changes.Table, columns, [.. cells], [.. located]);
    }

    private static bool TryLocateFormer(TableChanges changes, in RowFrame frame, RawValue[] key)
    {
        if (frame.Before.Length <= 4) return false;
        var cells = new RawValue[changes.Table.Columns.Count];
        try
        {
            changes.Reader.Read(frame.Before, cells);
        }
        catch (ValueException)
        {
            return false; // as if it had not come
        }

        for (int i = 0; i < key.Length; i++) key[i] = cells[changes.Table.PrimaryKey[i]];
        return !Array.Exists(key, k => k.IsMissing);
    }

    /// <summary>A delete is located by the image before it, where the feed sends one, otherwise by its key.</summary>
    private static void Locate(TableChanges changes, RowChange change, RawValue[] key)
    {
        RowFrame frame = change.Mutation.Frame;
        if (frame.IsDelete && frame.Before.Length > 4)
        {
            var cells = new RawValue[changes.Table.Columns.Count];
            changes.Reader.Read(frame.Before, cells);
            changes.Teaching?.Read(frame, cells);
            for (int i = 0; i < key.Length; i++) key[i] = cells[changes.Table.PrimaryKey[i]];
            if (!key.Any(k => k.IsMissing)) return;
        }

        changes.Keys.Locate(frame, key);
    }

    private static bool TryRead(TableChanges changes, RowChange change, RawValue[] row, Action<RowChange, Failure> fault)
    {
        try
        {
            var frame = change.Mutation.Frame;
            changes.Reader.Read(frame.After, row);
            changes.Teaching?.Read(frame, row);
            FillKey(changes, frame, row);
            return true;
        }
        catch (ValueException e)
        {
            fault(change, new Failure(FailureKind.Data, e.Code, e.Message));
            return false;
        }
    }

    /// <summary>Column families may leave key columns out of the image: they are taken from the key.</summary>
    private static void FillKey(TableChanges changes, in RowFrame frame, RawValue[] row)
    {
        bool missing = false;
        foreach (int ordinal in changes.Table.PrimaryKey) missing |= row[ordinal].IsMissing;
        if (!missing) return;
        var values = new RawValue[changes.Table.PrimaryKey.Count];
        changes.Keys.Locate(frame, values);
        for (int i = 0; i < values.Length; i++) row[changes.Table.PrimaryKey[i]] = values[i];
    }

    private sealed class Group(bool[] carried)
    {
        private readonly int[] _columns = [.. Enumerable.Range(0, carried.Length).Where(i => carried[i])];
        private RawValue[] _cells = [];
        private RowChange[] _changes = [];

        public int Count { get; private set; }

        public long Bytes { get; private set; }

        /// <summary>True when a row carries the columns of the group and no others.</summary>
        public bool Carries(bool[] writable, RawValue[] row)
        {
            for (int i = 0; i < row.Length; i++)
            {
                if (carried[i] != (writable[i] && !row[i].IsMissing)) return false;
            }

            return true;
        }

        /// <summary>
        /// Adds a row; the first one makes room for <paramref name="room"/> of them, which are handed over with the batch as they lie.
        /// </summary>
        public void Add(RowChange change, RawValue[] row, int room)
        {
            if (Count == _changes.Length) Resize(Count == 0 ? room : 2 * Count);
            int cell = Count * _columns.Length;
            foreach (int column in _columns)
            {
                _cells[cell++] = row[column];
                Bytes += row[column].Json.Length;
            }

            _changes[Count++] = change;
        }

        public RowBatch Take(TableChanges of)
        {
            Resize(Count);
            var batch = new RowBatch(of.Table, _columns, _cells, _changes);
            _cells = [];
            _changes = [];
            Count = 0;
            Bytes = 0;
            return batch;
        }

        private void Resize(int rows)
        {
            Array.Resize(ref _cells, rows * _columns.Length);
            Array.Resize(ref _changes, rows);
        }
    }
}
