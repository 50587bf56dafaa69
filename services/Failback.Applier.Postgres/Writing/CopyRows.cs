using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Values;
using Failback.Apply.Writing;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// A batch as COPY takes it. A column travels in its own type as long as every value has a usual form, otherwise in the form of its array, which is
/// most often text, and the server converts it.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly PostgresColumn[] columns;
    private readonly bool[] native;
    private readonly CopyBuffer buffer;
    private readonly RowFaults faults;

    private CopyRows(RowBatch rows)
    {
        faults = new RowFaults(rows);
        columns = [.. rows.Columns.Select(c => (PostgresColumn)rows.Table.Columns[c].Converter)];
        native = [.. columns.Select(c => c.NativeType is not null)];
        buffer = new CopyBuffer(64 * 1024);
    }

    /// <summary>Types of the columns of a table that takes the rows.</summary>
    public IReadOnlyList<string> Types => [.. columns.Select((c, i) => native[i] ? c.NativeType! : c.ElementType)];

    /// <summary>Rows whose values do not fit.</summary>
    public RowFaults Faults => faults;

    public ReadOnlyMemory<byte> Bytes => buffer.Written;

    /// <summary>Encodes the batch; a column whose value has an unusual form is begun again in the other.</summary>
    public static CopyRows Of(RowBatch rows)
    {
        var encoded = new CopyRows(rows);
        while (!encoded.TryWrite(rows)) encoded.faults.Clear();
        return encoded;
    }

    /// <summary>Expression of a column's type over the value in that table.</summary>
    public string Expression(int place, string value) => native[place] ? value : columns[place].Expression(value);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => buffer.Dispose();

    private bool TryWrite(RowBatch rows)
    {
        buffer.Length = 0;
        buffer.AddRaw(Header);
        for (int row = 0; row < rows.Count; row++)
        {
            int start = buffer.Length;
            buffer.AddMark((short)columns.Length);
            for (int place = 0; place < columns.Length; place++)
            {
                RawValue value = rows.Cell(row, place);
                if (value.IsMissing || value.IsNull) buffer.AddNull();
                else if (native[place] && columns[place].TryAddNative(value, buffer)) continue;
                else if (!TryAddElement(rows, row, place, value))
                {
                    buffer.Length = start;
                    break;
                }
                else if (native[place])
                {
                    native[place] = false;
                    return false;
                }
            }
        }

        buffer.AddMark(-1);
        return true;
    }

    private bool TryAddElement(RowBatch rows, int row, int place, RawValue value)
    {
        try
        {
            columns[place].AddElement(value, buffer);
            return true;
        }
        catch (ValueException e)
        {
            faults.Add(row, PostgresColumn.Refusal(rows, place, e.Message));
            return false;
        }
    }
}
