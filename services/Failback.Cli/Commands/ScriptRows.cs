using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary>Rows for <c>script test</c>, and what became of them.</summary>
internal static class ScriptRows
{
    /// <summary>
    /// Rows of webhook bodies (<c>{"payload":[…]}</c>) or single rows, a document a line or in one array; resolved timestamps are left out.
    /// </summary>
    /// <exception cref="CallFailedException">The text is something else.</exception>
    public static IReadOnlyList<JsonElement> Parse(string text)
    {
        var rows = new JsonArray();
        try
        {
            if (text.TrimStart().StartsWith('[')) Add(rows, JsonNode.Parse(text));
            else if (TryWhole(text) is { } whole) Add(rows, whole);
            else foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                Add(rows, JsonNode.Parse(line));
        }
        catch (JsonException e)
        {
            throw CallFailedException.Usage(
                $"the rows are not JSON: {e.Message}", "give webhook bodies or rows as a changefeed writes them, one document a line");
        }

        return rows.Deserialize<JsonElement[]>()!;
    }

    /// <summary>Prints one line a row.</summary>
    public static void Print(ScriptTrialAnswer answer)
    {
        foreach (ScriptTrialRow row in answer.Rows)
        {
            Console.WriteLine(
                $"{row.Index} {row.Table} {row.Key.GetRawText()}: {row.Outcome}{(row.Error is { } error ? $" ({error})" : "")}");
            foreach (ScriptTrialResult made in row.Result ?? [])
                Console.WriteLine(
                    $"  {made.Action} {made.Table}{(made.Note is { } note ? $" ({note})" : "")} key "
                        + $"{made.Key?.GetRawText()} {made.Row?.GetRawText()}");
        }

        Console.WriteLine($"{answer.Routed} routed, {answer.Dropped} dropped, {answer.Failed} failed");
    }

    private static void Add(JsonArray rows, JsonNode? node)
    {
        if (node is JsonArray several)
        {
            foreach (JsonNode? one in several) Add(rows, one);
        }
        else if (node is JsonObject body && body["payload"] is JsonArray payload)
        {
            Add(rows, payload);
        }
        else if (node is JsonObject row && row["resolved"] is null)
        {
            rows.Add(row.DeepClone());
        }
    }

    private static JsonNode? TryWhole(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null; // several documents, a line each
        }
    }
}
