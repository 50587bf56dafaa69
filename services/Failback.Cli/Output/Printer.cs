using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Spectre.Console;

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

    public static void Resource(FailbackResource resource)
    {
        Console.WriteLine(
            $"{resource.Name}: {Word.Of(resource.State)}, {resource.Activity}; target {resource.Dialect}, staging "
                + $"{resource.StagingSchema}");
        Console.WriteLine($"webhook {resource.WebhookUrl}");
        if (resource.Changefeed is { } feed)
            Console.WriteLine(
                $"changefeed {feed.JobId ?? "none"}: {feed.Status ?? "not looked at yet"}"
                    + (feed.FeedLagSeconds is { } lag ? $", last resolved {Seconds(lag)} ago" : ""));
        Console.WriteLine(
            $"applied through {resource.AppliedResolved ?? "-"}, lag {(resource.LagSeconds is { } behind ? Seconds(behind) : "-")}");
        foreach (Trouble error in resource.Errors)
            Console.WriteLine($"! {error.Code}{(error.Table is { } table ? $" {table}" : "")}: {error.Message}");
    }

    /// <summary>Lays out the tables of a failback.</summary>
    /// <param name="tables">As the API lists them.</param>
    /// <param name="rates">Rows applied per second, by table; empty where not known.</param>
    /// <param name="now">To tell the lag.</param>
    public static Table Tables(IReadOnlyList<TableResource> tables, IReadOnlyDictionary<string, double> rates, DateTimeOffset now)
    {
        Table grid = new Table().Border(TableBorder.Simple);
        foreach (string column in (string[])[
            "table", "state", "received", "applied", "superseded", "filtered", "dead", "in flight", "rows/s", "lag", "error"])
            grid.AddColumn(new TableColumn(column).NoWrap());
        // Into a pipe nothing is cut off.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        foreach (TableResource table in tables)
        {
            string[] cells =
            [
                table.Table, table.State, $"{table.Received}", $"{table.Applied}", $"{table.Superseded}", $"{table.Filtered}",
                $"{table.DeadLettered}", $"{table.InFlight}",
                rates.TryGetValue(table.Table, out double rate) ? rate.ToString("0", CultureInfo.InvariantCulture) : "-",
                Lag(table.AppliedResolved, now), table.Error ?? "",
            ];
            grid.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return grid;
    }

    /// <summary>Lays out letters without their row images.</summary>
    public static Table Letters(IReadOnlyList<DeadLetter> letters) => Grid(
        ["id", "table", "state", "key", "updated", "errorClass", "errorCode", "errorMessage", "attempts", "createdAt", "reason"],
        letters.Select(letter => (string?[])[
            $"{letter.Id}", letter.Table, Word.Of(letter.State), letter.Key, letter.Updated, letter.ErrorClass, letter.ErrorCode,
            letter.ErrorMessage, $"{letter.Attempts}", Time(letter.CreatedAt), letter.Reason]));

    /// <summary>Lays out rows of texts; null: empty.</summary>
    public static Table Grid(string[] columns, IEnumerable<string?[]> rows)
    {
        Table grid = new Table().Border(TableBorder.Simple);
        foreach (string column in columns) grid.AddColumn(column);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        foreach (string?[] row in rows) grid.AddRow([.. row.Select(text => Markup.Escape(text ?? ""))]);
        return grid;
    }

    /// <summary>Returns a time as the API writes it; null: empty.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Returns now minus an HLC timestamp.</summary>
    public static string Lag(string? hlc, DateTimeOffset now)
    {
        if (hlc is null || !long.TryParse(hlc.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long wall)) return "-";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Math.Max(0, (now - DateTimeOffset.UnixEpoch.AddTicks(wall / 100)).TotalSeconds):0.0} s");
    }

    private static string Seconds(double number) => string.Create(CultureInfo.InvariantCulture, $"{number:0.0} s");
}
