using System.Globalization;
using Failback.Applier.Oracle.Connection;
using Failback.Applier.Oracle.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Failures;
using Failback.Apply.Tables;
using Failback.Apply.Writing;

namespace Failback.Applier.Oracle.Writing;

/// <summary>A batch as driver values, column by column, as array binding wants them.</summary>
internal sealed class OracleRows
{
    private readonly object?[][] _columns;

    private OracleRows(RowBatch batch, object?[][] columns)
    {
        Batch = batch;
        _columns = columns;
    }

    public RowBatch Batch { get; }

    public TargetTable Table => Batch.Table;

    public int Count => Batch.Count;

    /// <exception cref="RowFaultsException">Rows hold values that their column cannot keep.</exception>
    public static OracleRows Bind(RowBatch batch)
    {
        var faults = new RowFaults(batch);
        var values = new object?[batch.Columns.Length][];
        for (int place = 0; place < values.Length; place++)
        {
            OracleColumn column = OracleSql.Column(batch.Table, batch.Columns[place]);
            values[place] = new object?[batch.Count];
            for (int row = 0; row < batch.Count; row++)
            {
                (values[place][row], Failure? fault) = column.Bind(batch.Cell(row, place));
                if (fault is not null) faults.Add(row, fault);
            }
        }

        faults.ThrowIfAny();
        return new OracleRows(batch, values);
    }

    /// <summary>Value of the column with the given ordinal.</summary>
    public object? Of(int row, int ordinal) => _columns[Array.IndexOf(Batch.Columns, ordinal)][row];

    /// <summary>
    /// Arrays of the columns with the given ordinals, named as in <see cref="OracleSql.Parameter"/>; all rows or those at
    /// <paramref name="rows"/>.
    /// </summary>
    public IReadOnlyList<OracleArgument> Arrays(IEnumerable<int> ordinals, IReadOnlyList<int>? rows = null)
    {
        var arrays = new List<OracleArgument>();
        foreach (int ordinal in ordinals)
        {
            object?[] all = _columns[Array.IndexOf(Batch.Columns, ordinal)];
            object?[] values = rows is null ? all : [.. rows.Select(r => all[r])];
            arrays.Add(
                new OracleArgument(
                    $"c{ordinal}", OracleSql.Column(Table, ordinal).Kind, ArrayOf(OracleSql.Column(Table, ordinal).Kind, values)));
        }

        return arrays;
    }

    /// <summary>Values of one row in the columns with the given ordinals; the row's number is part of their names.</summary>
    public IEnumerable<OracleArgument> Single(int row, IEnumerable<int> ordinals) => ordinals.Select(o => new OracleArgument(
        string.Create(CultureInfo.InvariantCulture, $"r{row}c{o}"), OracleSql.Column(Table, o).Kind, Of(row, o)));

    /// <summary>The row's primary key as text, the same for the same row only; null: a column of it has no such text.</summary>
    public KeyText? Identity(int row)
    {
        if (!OracleSql.HasIdentity(Table)) return null;
        return KeyText.Of([.. Table.PrimaryKey.Select(c => OracleSql.Column(Table, c).Identity(Of(row, c)!))]);
    }

    /// <summary>An array of the type that the driver expects for the bind.</summary>
    public static Array ArrayOf(OracleBind bind, IReadOnlyList<object?> values) =>
        bind is OracleBind.Raw or OracleBind.Blob or OracleBind.LongRaw
        ? values.Select(v => (byte[]?)v).ToArray()
        : values.Select(v => (string?)v).ToArray();
}
