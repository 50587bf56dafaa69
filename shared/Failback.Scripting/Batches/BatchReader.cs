using System.Buffers;
using System.Text.Json;
using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>
/// Reads the reply of the script's process to a batch: one letter per row (<c>=</c> unchanged, <c>-</c> dropped, others: see the
/// details) and, as JSON after a line end, the details of the others.
/// </summary>
internal sealed class BatchReader(ScriptBatch batch, IReadOnlyList<int> lines)
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };

    /// <summary>Appends the outcomes of the rows from <paramref name="start"/> on.</summary>
    public void Read(ReadOnlyMemory<byte> answer, int start, int count, List<ScriptOutcome> outcomes)
    {
        ReadOnlySpan<byte> codes = answer.Span[..count];
        ReadOnlyMemory<byte> details = answer[(count + 1)..];
        var reader = new Utf8JsonReader(details.Span, Options);
        reader.Read();
        for (int i = 0; i < count; i++)
        {
            outcomes.Add(codes[i] switch
            {
                (byte)'=' => ScriptOutcome.Unchanged,
                (byte)'-' => ScriptOutcome.Dropped,
                _ => ReadOutcome(ref reader, details, batch.Rows[start + i]),
            });
        }
    }

    private ScriptOutcome ReadOutcome(ref Utf8JsonReader reader, ReadOnlyMemory<byte> details, in RowFrame row)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject) return new ScriptOutcome([], ReadError(ref reader));
        var rows = new List<ScriptRow>(1);
        RowFields? fields = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) rows.Add(ReadRow(ref reader, details, row, ref fields));
        return new ScriptOutcome(rows, null);
    }

    private ScriptError ReadError(ref Utf8JsonReader reader)
    {
        string message = "";
        int line = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isLine = reader.ValueTextEquals("l"u8);
            reader.Read();
            if (isLine) line = reader.GetInt32();
            else message = reader.GetString()!;
        }

        return new ScriptError(message, SourceLine(line));
    }

    private int SourceLine(int line) => line > 0 && line <= lines.Count ? lines[line - 1] : 0;

    private ScriptRow ReadRow(ref Utf8JsonReader reader, ReadOnlyMemory<byte> details, in RowFrame row, ref RowFields? fields)
    {
        var change = new RowChanges();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) change.Read(ref reader, details);
        ReadOnlyMemory<byte> key = change.Key is null ? default : KeyOf(change.Key, row.Key);
        if (!change.HasRow) return new ScriptRow(change.Table, change.IsDelete, key, default);
        if (row.IsDelete) fields ??= RowFields.OfKey(row.Key, batch.Key);
        else if (!change.ChangesRow) return new ScriptRow(change.Table, change.IsDelete, key, row.After);
        // Read at most once per row, and only when the script changed it: unchanged rows pass as received bytes.
        else fields ??= RowFields.OfRow(row.After);
        return new ScriptRow(change.Table, change.IsDelete, key, change.Make(fields));
    }

    /// <summary>Returns a key whose parts are either places in the received key, which keep their bytes, or new values.</summary>
    private static byte[] KeyOf(IReadOnlyList<ReadOnlyMemory<byte>> parts, ReadOnlyMemory<byte> key)
    {
        RowFields received = RowFields.OfKey(key, []);
        var output = new ArrayBufferWriter<byte>(key.Length + 16);
        output.Write("["u8);
        for (int i = 0; i < parts.Count; i++)
        {
            if (i > 0) output.Write(", "u8);
            output.Write(parts[i].Span[0] is >= (byte)'0' and <= (byte)'9'
                ? received.Fields[int.Parse(parts[i].Span, System.Globalization.CultureInfo.InvariantCulture)].Value.Span
                : parts[i].Span);
        }

        output.Write("]"u8);
        return output.WrittenSpan.ToArray();
    }
}
