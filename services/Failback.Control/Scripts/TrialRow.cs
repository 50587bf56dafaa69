using System.Text;
using System.Text.Json;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Contracts.Words;
using Failback.Control.Api;

namespace Failback.Control.Scripts;

/// <summary>A row on which a script is tried.</summary>
/// <param name="Source">Table at the source.</param>
/// <param name="Own">The failback's table for it; null: it has none.</param>
/// <param name="Frame">The row.</param>
/// <param name="IsRouted">It has a table already: only the table-level handlers have a say.</param>
internal sealed record TrialRow(TableName Source, TableRoute? Own, RowFrame Frame, bool IsRouted)
{
    /// <summary>Reads a row as a changefeed sends it.</summary>
    /// <exception cref="ApiException">Something is missing (422).</exception>
    public static TrialRow Of(JsonElement row, int index, RouteFinder sources)
    {
        string? table = Text(row, "topic") ?? Text(row, "table");
        if (row.ValueKind != JsonValueKind.Object || table is null || !TableName.TryParse(table, out TableName name))
            throw Wrong(index, "has no topic or table");
        if (!row.TryGetProperty("key", out JsonElement key) || key.ValueKind != JsonValueKind.Array) throw Wrong(index, "has no key array");
        if (!HlcTimestamp.TryParse(Text(row, "updated"), out HlcTimestamp updated)) updated = new HlcTimestamp(index + 1, 0);
        return new TrialRow(
            name, sources.Find(table),
            new RowFrame(updated, Bytes(key), Image(row, "after", index), Image(row, "before", index)), IsRouted: false);
    }

    /// <summary>A letter as a row. One that was not routed is as received; any other is as its table was to get it.</summary>
    public static TrialRow Of(DeadLetter letter, IReadOnlyList<TableRoute> tables)
    {
        TableRoute? own = tables.FirstOrDefault(route => route.Target == letter.Table);
        var frame = new RowFrame(
            HlcTimestamp.Parse(letter.Updated), Encoding.UTF8.GetBytes(letter.Key), Encoding.UTF8.GetBytes(letter.After ?? ""),
            Encoding.UTF8.GetBytes(letter.Before ?? ""));
        return new TrialRow(TableName.Parse(own?.Source ?? letter.Table), own, frame, letter.ErrorCode != LetterCodes.Unrouted);
    }

    private static byte[] Image(JsonElement row, string name, int index)
    {
        if (!row.TryGetProperty(name, out JsonElement image) || image.ValueKind == JsonValueKind.Null) return [];
        return image.ValueKind == JsonValueKind.Object
            ? Bytes(image)
            : throw Wrong(index, $"has a {name} that is neither an object nor null");
    }

    private static byte[] Bytes(JsonElement element) => Encoding.UTF8.GetBytes(element.GetRawText());

    private static string? Text(JsonElement row, string name) =>
        row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
        ? value.GetString()
        : null;

    private static ApiException Wrong(int index, string what) =>
        new(422, "invalid_rows", $"rows[{index}] {what}", "send rows as a changefeed does: topic, key, after, before, updated");
}
