using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>Writes answers for people, or as they are with <c>-o json</c>.</summary>
internal static class Printer
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static void Json(JsonNode node) => Console.WriteLine(node.ToJsonString(Indented));

    /// <summary>Writes a failback without its tables: how it stands, where it is reached, its troubles.</summary>
    public static void Resource(FailbackResource resource)
    {
        Look look = Now(resource, []);
        Terminal.Write(StatusLine.Of(look));
        Terminal.Write(Details(resource));
        foreach (Trouble error in resource.Errors)
            Terminal.Write(
                new Line(
                    $"! {error.Code}{(error.Table is { } table ? $" {table}" : "")}: {CliWords.Of(error.Message, resource.Name)}",
                    Ink.Bad));
    }

    /// <summary>Where a failback is reached, and the timestamps that other programs take.</summary>
    public static IEnumerable<Line> Details(FailbackResource resource)
    {
        yield return new Line($"target {resource.Dialect}, staging {resource.StagingSchema}, webhook {resource.WebhookUrl}", Ink.Dim);
        if (resource.AppliedResolved is { } applied) yield return new Line($"applied through {applied} as CockroachDB writes it", Ink.Dim);
        if (resource.Changefeed is { Cursor: { } cursor } feed)
            yield return new Line($"changefeed {feed.JobId ?? "none"} began at {cursor}", Ink.Dim);
    }

    /// <summary>Returns what is seen now, in the reader's time zone.</summary>
    public static Look Now(FailbackResource resource, IReadOnlyList<TableResource> tables) => new(
        resource, tables, new Dictionary<string, double>(StringComparer.Ordinal), TimeProvider.System.GetUtcNow(), TimeZoneInfo.Local);

    /// <summary>Lays out the tables of a failback with all their numbers.</summary>
    public static IReadOnlyList<Line> Tables(IReadOnlyList<TableResource> tables, DateTimeOffset now)
    {
        var grid = new TextGrid(
            "table", "state", "#behind", "#received", "#applied", "#superseded", "#filtered", "#set aside", "#in flight", "error");
        foreach (TableResource table in TableRank.WorstFirst(tables))
            grid.Add(
                TableRank.IsTroubled(table) ? Ink.Bad : Ink.Plain, table.Table, table.State,
                Amounts.Span(Amounts.Age(table.AppliedResolved, now)), Amounts.Count(table.Received), Amounts.Count(table.Applied),
                Amounts.Count(table.Superseded), Amounts.Count(table.Filtered), Amounts.Count(table.DeadLettered),
                Amounts.Count(table.InFlight), table.Error);
        return grid.Lines();
    }

    /// <summary>Lays out letters without their row images.</summary>
    public static IReadOnlyList<Line> Letters(IReadOnlyList<DeadLetter> letters) => Grid(
        ["#id", "table", "state", "key", "updated", "class", "code", "#attempts", "set aside at", "message", "reason"],
        letters.Select(letter => (string?[])[
            $"{letter.Id}", letter.Table, Word.Of(letter.State), letter.Key, letter.Updated, letter.ErrorClass, letter.ErrorCode,
            $"{letter.Attempts}", Time(letter.CreatedAt), letter.ErrorMessage, letter.Reason]));

    /// <summary>Lays out rows of texts; null: empty. A heading that begins with # is one of numbers.</summary>
    public static IReadOnlyList<Line> Grid(string[] columns, IEnumerable<string?[]> rows)
    {
        var grid = new TextGrid(columns);
        foreach (string?[] row in rows) grid.Add(Ink.Plain, row);
        return grid.Lines();
    }

    /// <summary>Returns a time of the reader's zone, to the second; null: empty.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture) ?? "";
}
