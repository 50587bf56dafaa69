using System.Buffers.Binary;
using Failback.Applier.Postgres.Values;
using Failback.Apply.Dialects;
using Failback.Apply.Values;
using Failback.Apply.Writing;

namespace Failback.Applier.Postgres.Writing;

/// <summary>
/// A batch as COPY takes it. A column travels in its own type as long as every value has a usual form, otherwise in the form of its array,
/// which is most often text, and the server converts it.
/// </summary>
internal sealed class CopyRows : IDisposable
{
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xff, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private readonly PostgresColumn[] _columns;
    private readonly bool[] _native;
    private readonly CopyBuffer _buffer;
    private readonly RowFaults _faults;

    private CopyRows(RowBatch rows)
    {
        _faults = new RowFaults(rows);
        _columns = [.. rows.Columns.Select(c => (PostgresColumn)rows.Table.Columns[c].Converter)];
        _native = [.. _columns.Select(c => c.NativeType is not null)];
        IsNumbered = Enumerable.Range(0, _columns.Length).Any(place => PostgresSql.IsChecked(rows, place));
        _buffer = new CopyBuffer(64 * 1024);
    }

    /// <summary>Types of the columns of a table that takes the rows.</summary>
    public IReadOnlyList<string> Types => [.. _columns.Select((c, i) => _native[i] ? c.NativeType! : c.ElementType)];

    /// <summary>The server is asked about values: each row ends with its number, from 0.</summary>
    public bool IsNumbered { get; }

    /// <summary>Rows whose values do not fit.</summary>
    public RowFaults Faults => _faults;

    public ReadOnlyMemory<byte> Bytes => _buffer.Written;

    /// <summary>Encodes the batch; a column whose value has an unusual form is begun again in the other.</summary>
    public static CopyRows Of(RowBatch rows)
    {
        var encoded = new CopyRows(rows);
        while (!encoded.TryWrite(rows)) encoded._faults.Clear();
        return encoded;
    }

    /// <summary>Expression of a column's type over the value in that table.</summary>
    public string Expression(int place, string value) => _native[place] ? value : _columns[place].Expression(value);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _buffer.Dispose();

    private bool TryWrite(RowBatch rows)
    {
        _buffer.Length = 0;
        _buffer.AddRaw(Header);
        for (int row = 0; row < rows.Count; row++)
        {
            int start = _buffer.Length;
            _buffer.AddMark((short)(_columns.Length + (IsNumbered ? 1 : 0)));
            bool fits = true;
            for (int place = 0; place < _columns.Length; place++)
            {
                RawValue value = rows.Cell(row, place);
                if (value.IsMissing || value.IsNull) _buffer.AddNull();
                else if (_native[place] && _columns[place].TryAddNative(value, _buffer)) continue;
                else if (!TryAddElement(rows, row, place, value))
                {
                    _buffer.Length = start;
                    fits = false;
                    break;
                }
                else if (_native[place])
                {
                    _native[place] = false;
                    return false;
                }
            }

            if (fits && IsNumbered) BinaryPrimitives.WriteInt32BigEndian(_buffer.Field(sizeof(int)), row);
        }

        _buffer.AddMark(-1);
        return true;
    }

    private bool TryAddElement(RowBatch rows, int row, int place, RawValue value)
    {
        try
        {
            _columns[place].AddElement(value, _buffer);
            return true;
        }
        catch (ValueException e)
        {
            _faults.Add(row, PostgresColumn.Refusal(rows, place, e.Message));
            return false;
        }
    }
}
