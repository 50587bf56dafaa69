using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Failback.Contracts.Rows;

namespace Failback.Scripting.Batches;

/// <summary>
/// Writes rows in the form that the script's side reads with one JSON.parse. Numbers of columns and keys become strings, so that no
/// digit is lost; documents and arrays travel as text beside the row and are parsed when the script reads them.
/// </summary>
internal sealed class BatchWriter(ArrayBufferWriter<byte> output)
{
    private const int ExactDigits = 15;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 100_000 };
    private readonly List<(Range Name, Range Text, bool IsExact)> _nested = [];

    /// <summary>Appends a part of a batch.</summary>
    /// <exception cref="JsonException">A row is not valid JSON.</exception>
    public void Write(ScriptStage stage, ScriptBatch batch, int start, int count)
    {
        using (var head = new Utf8JsonWriter(output))
        {
            head.WriteStartArray();
            WriteNames(head, [batch.Source.Database, batch.Source.Schema, batch.Source.Table]);
            WriteNames(head, [batch.Target.Database, batch.Target.Schema, batch.Target.Table]);
            WriteNames(head, [batch.Target.Schema, stage == ScriptStage.Source ? batch.Source.Table : batch.Target.Table]);
            WriteNames(head, batch.Key);
            WriteColumns(head, batch.Columns);
            head.WriteEndArray();
        }

        output.Write("\n["u8);
        for (int i = start; i < start + count; i++)
        {
            if (i > start) output.Write(","u8);
            WriteRow(batch.Rows[i]);
        }

        output.Write("]"u8);
    }

    private static void WriteNames(Utf8JsonWriter writer, IReadOnlyList<string?> names)
    {
        writer.WriteStartArray();
        foreach (string? name in names) writer.WriteStringValue(name ?? "");
        writer.WriteEndArray();
    }

    private static void WriteColumns(Utf8JsonWriter writer, IReadOnlyList<ScriptColumn> columns)
    {
        writer.WriteStartArray();
        foreach (ScriptColumn column in columns)
        {
            writer.WriteStartArray();
            writer.WriteStringValue(column.Name);
            writer.WriteStringValue(column.Type);
            writer.WriteNumberValue(column.IsKey ? 1 : 0);
            writer.WriteNumberValue(column.IsIgnored ? 1 : 0);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private void WriteRow(in RowFrame row)
    {
        output.Write(
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[\"{row.Updated.Wall}\",{row.Updated.Logical},")));
        WriteFlat(row.Key.Span);
        output.Write(","u8);
        _nested.Clear();
        if (row.IsDelete) output.Write("null"u8);
        else WriteFlat(row.After.Span);
        output.Write(_nested.Count == 0 ? ",0,"u8 : ",["u8);
        for (int i = 0; i < _nested.Count; i++)
        {
            if (i > 0) output.Write(","u8);
            output.Write(row.After.Span[_nested[i].Name]);
            output.Write(","u8);
            WriteText(row.After.Span[_nested[i].Text]);
            output.Write(_nested[i].IsExact ? ",1"u8 : ",0"u8);
        }

        if (_nested.Count > 0) output.Write("],"u8);
        // CockroachDB writes null for "before" where there was no row.
        if (row.Before.Length <= 4) output.Write("0]"u8);
        else
        {
            WriteText(Textual(row.Before.Span));
            output.Write("]"u8);
        }
    }

    /// <summary>
    /// Copies an object or array. Its numbers become strings; nested values become null and are noted for the list beside the row.
    /// </summary>
    private void WriteFlat(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Options);
        reader.Read();
        Range name = default;
        int copied = 0;
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = start..(start + reader.ValueSpan.Length + 2);
                    break;
                case JsonTokenType.Number:
                    output.Write(json[copied..start]);
                    WriteQuoted(reader.ValueSpan);
                    copied = (int)reader.BytesConsumed;
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    output.Write(json[copied..start]);
                    output.Write("null"u8);
                    bool exact = SkipNested(ref reader);
                    copied = (int)reader.BytesConsumed;
                    _nested.Add((name, start..copied, exact));
                    break;
            }
        }

        output.Write(json[copied..]);
    }

    /// <summary>
    /// Skips to the end of an object or array. Returns false when it holds a number that a 64-bit float may not keep exactly.
    /// </summary>
    private static bool SkipNested(ref Utf8JsonReader reader)
    {
        int depth = reader.CurrentDepth;
        bool exact = true;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.Number)
                exact &= reader.ValueSpan.Length <= ExactDigits && reader.ValueSpan.IndexOfAny((byte)'e', (byte)'E') < 0;
            else if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && reader.CurrentDepth == depth) break;
        }

        return exact;
    }

    /// <summary>Returns the object with the numbers of its own properties as strings.</summary>
    private static ReadOnlySpan<byte> Textual(ReadOnlySpan<byte> json)
    {
        var text = new ArrayBufferWriter<byte>(json.Length + 64);
        var reader = new Utf8JsonReader(json, Options);
        int copied = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number || reader.CurrentDepth != 1) continue;
            text.Write(json[copied..(int)reader.TokenStartIndex]);
            text.Write("\""u8);
            text.Write(reader.ValueSpan);
            text.Write("\""u8);
            copied = (int)reader.BytesConsumed;
        }

        text.Write(json[copied..]);
        return text.WrittenSpan;
    }

    private void WriteQuoted(ReadOnlySpan<byte> number)
    {
        Span<byte> to = output.GetSpan(number.Length + 2);
        to[0] = (byte)'"';
        number.CopyTo(to[1..]);
        to[number.Length + 1] = (byte)'"';
        output.Advance(number.Length + 2);
    }

    /// <summary>Writes JSON as the text of a JSON string.</summary>
    private void WriteText(ReadOnlySpan<byte> json)
    {
        output.Write("\""u8);
        while (true)
        {
            int special = json.IndexOfAny("\"\\\n\r\t"u8);
            output.Write(special < 0 ? json : json[..special]);
            if (special < 0) break;
            output.Write(json[special] switch
            {
                (byte)'"' => "\\\""u8,
                (byte)'\\' => "\\\\"u8,
                _ => " "u8, // white space between tokens: strings cannot hold it unescaped
            });
            json = json[(special + 1)..];
        }

        output.Write("\""u8);
    }
}
