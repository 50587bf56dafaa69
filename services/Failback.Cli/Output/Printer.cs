using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
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

    public static void Resource(JsonNode resource)
    {
        Console.WriteLine(
            $"{resource["name"]}: {resource["state"]}, {resource["activity"]}; target {resource["dialect"]}, staging "
                + $"{resource["stagingSchema"]}");
        Console.WriteLine($"webhook {resource["webhookUrl"]}");
        if (resource["changefeed"] is { } feed)
            Console.WriteLine(
                $"changefeed {feed["jobId"] ?? "none"}: "
                    + $"{feed["status"] ?? "not looked at yet"}"
                    + (feed["feedLagSeconds"] is { } lag ? $", last resolved {Seconds(lag)} ago" : ""));
        Console.WriteLine(
            $"applied through {resource["appliedResolved"] ?? "-"}, lag {(resource["lagSeconds"] is { } behind ? Seconds(behind) : "-")}");
        Troubles(resource);
    }

    public static void Troubles(JsonNode resource)
    {
        foreach (JsonNode? error in resource["errors"]?.AsArray() ?? [])
            Console.WriteLine($"! {error!["code"]}{(error["table"] is { } table ? $" {table}" : "")}: {error["message"]}");
    }

    /// <summary>Tables of a failback.</summary>
    /// <param name="tables">As the API lists them.</param>
    /// <param name="rates">Rows applied per second, by table; empty where not known.</param>
    /// <param name="now">To tell the lag.</param>
    public static Table Tables(JsonArray tables, IReadOnlyDictionary<string, double> rates, DateTimeOffset now)
    {
        Table grid = new Table().Border(TableBorder.Simple);
        foreach (string column in (string[])[
            "table", "state", "received", "applied", "superseded", "filtered", "dead", "in flight", "rows/s", "lag", "error"])
            grid.AddColumn(new TableColumn(column).NoWrap());
        // Into a pipe nothing is cut off.
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        foreach (JsonNode? table in tables)
        {
            string name = (string)table!["table"]!;
            string[] cells =
            [
                name, Text(table, "state"), Text(table, "received"), Text(table, "applied"), Text(table, "superseded"),
                Text(table, "filtered"), Text(table, "deadLettered"), Text(table, "inFlight"),
                rates.TryGetValue(name, out double rate)
                    ? rate.ToString("0", CultureInfo.InvariantCulture)
                    : "-", Lag((string?)table["appliedResolved"], now), Text(table, "error"),
            ];
            grid.AddRow([.. cells.Select(Markup.Escape)]);
        }

        return grid;
    }

    /// <summary>Letters without their row images.</summary>
    public static Table Letters(JsonArray letters) =>
        Grid(letters,
            ["id", "table", "state", "key", "updated", "errorClass", "errorCode", "errorMessage", "attempts", "createdAt", "reason"]);

    /// <summary>Some members of every entry.</summary>
    public static Table Grid(JsonArray entries, string[] columns)
    {
        Table grid = new Table().Border(TableBorder.Simple);
        foreach (string column in columns) grid.AddColumn(column);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        foreach (JsonNode? entry in entries) grid.AddRow([.. columns.Select(column => Markup.Escape(Text(entry!, column)))]);
        return grid;
    }

    /// <summary>Now minus an HLC timestamp.</summary>
    public static string Lag(string? hlc, DateTimeOffset now)
    {
        if (hlc is null || !long.TryParse(hlc.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long wall)) return "-";
        return string.Create(
            CultureInfo.InvariantCulture, $"{Math.Max(0, (now - DateTimeOffset.UnixEpoch.AddTicks(wall / 100)).TotalSeconds):0.0} s");
    }

    private static string Seconds(JsonNode number) => string.Create(CultureInfo.InvariantCulture, $"{(double)number:0.0} s");

    private static string Text(JsonNode table, string name) => table[name]?.ToString() ?? "";
}
