using Failback.Applier.MySql.Connection;
using Failback.Applier.MySql.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Writing;

namespace Failback.Applier.MySql.Writing;

/// <summary>A batch as driver values, row by row.</summary>
internal sealed class MySqlRows
{
    private const int Overhead = 16;
    private readonly object?[] _cells;

    private MySqlRows(RowBatch batch, object?[] cells)
    {
        Batch = batch;
        _cells = cells;
    }

    public RowBatch Batch { get; }

    public int Count => Batch.Count;

    /// <exception cref="RowFaultsException">Rows hold values that their column cannot keep, or are larger than a statement may
    /// be.</exception>
    public static MySqlRows Bind(RowBatch batch, MySqlServer server)
    {
        var faults = new RowFaults(batch);
        int width = batch.Columns.Length;
        var values = new object?[batch.Count * width];
        for (int row = 0; row < batch.Count; row++)
        {
            long size = Overhead;
            Failure? refusal = null;
            for (int place = 0; place < width && refusal is null; place++)
            {
                (object? value, refusal) = Column(batch, place).Bind(batch.Cell(row, place));
                values[(row * width) + place] = value;
                size += MySqlBulk.Size(value);
            }

            if (refusal is null && size > server.MaxPacket - MySqlBulk.Reserve)
                refusal = new Failure(FailureKind.Data, "", "the row is larger than the target's max_allowed_packet");
            if (refusal is not null) faults.Add(row, refusal);
        }

        faults.ThrowIfAny();
        return new MySqlRows(batch, values);
    }

    public object? Value(int row, int place) => _cells[(row * Batch.Columns.Length) + place];

    /// <summary>All values of a row.</summary>
    public ArraySegment<object?> Values(int row) => new(_cells, row * Batch.Columns.Length, Batch.Columns.Length);

    /// <summary>Value of the column with the given ordinal.</summary>
    public object? Of(int row, int ordinal) => Value(row, Array.IndexOf(Batch.Columns, ordinal));

    /// <summary>The row's primary key as the server writes it; the same for the same row only.</summary>
    public KeyText Identity(int row) =>
        KeyText.Of([.. Batch.Table.PrimaryKey.Select(c => ((MySqlColumn)Batch.Table.Columns[c].Converter).Identity(Of(row, c)!))]);

    private static MySqlColumn Column(RowBatch batch, int place) => (MySqlColumn)batch.Table.Columns[batch.Columns[place]].Converter;
}
