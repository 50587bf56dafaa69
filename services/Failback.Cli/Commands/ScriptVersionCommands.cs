using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Spectre.Console;

namespace Failback.Cli.Commands;

/// <summary><c>script list</c>, <c>show</c>, <c>upload</c>, <c>activate</c> and <c>test</c>: versions of a failback's userscript.</summary>
internal static class ScriptVersionCommands
{
    private static readonly string[] Columns = ["version", "active", "createdAt", "bytes", "sha256"];

    public static IEnumerable<Command> Create() => [List(), Show(), Upload(), Activate(), Test()];

    private static Command List()
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command("list", "Versions of the userscript") { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            JsonNode scripts = await api.GetAsync(Path(result, name), cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(scripts);
            else AnsiConsole.Write(Grid(scripts.AsArray()));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show()
    {
        Argument<string> name = RootCommands.Name();
        Argument<long> version = Version();
        var command = new Command("show", "The text of a version") { name, version };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            JsonNode script = await api.GetAsync($"{Path(result, name)}/{result.GetValue(version)}", cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(script);
            else Console.WriteLine((string?)script["source"]);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Upload()
    {
        Argument<string> name = RootCommands.Name();
        Argument<string> file = File();
        var activate = new Option<bool>("--activate") { Description = "Also activate it" };
        var command = new Command("upload", "Compile and keep a version, without running it yet") { name, file, activate };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            var body = new JsonObject
            {
                ["source"] = await ReadAsync(result.GetValue(file)!, cancellationToken),
                ["activate"] = result.GetValue(activate)
            };
            Tell(result, await api.SendAsync(HttpMethod.Put, Path(result, name), body, cancellationToken));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Activate()
    {
        Argument<string> name = RootCommands.Name();
        Argument<long> version = Version();
        var command = new Command("activate", "Run a version from now on; also an earlier one, to go back") { name, version };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            Tell(result, await api.PostAsync($"{Path(result, name)}/{result.GetValue(version)}/activate", cancellationToken));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Test()
    {
        Argument<string> file = File();
        var name = new Option<string>(
            "--failback", "-n")
        { Description = "The failback whose tables and letters are meant", Required = true };
        var rows = new Option<string>(
            "--rows")
        {
            Description =
                    "File with rows: webhook bodies or rows as a changefeed writes them, one JSON document a line, or a JSON array; - "
                        + "for standard input"
        };
        var letters = new Option<int>("--letters") { Description = "Run it on up to so many open dead letters of the failback instead" };
        var command = new Command("test", "Run a script on rows and show what comes out; nothing is written") { file, name, rows, letters };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            var body = new JsonObject { ["source"] = await ReadAsync(result.GetValue(file)!, cancellationToken) };
            if (result.GetValue(rows) is { } input) body["rows"] = ScriptRows.Parse(await ReadAsync(input, cancellationToken));
            else if (result.GetValue(letters) is var count and > 0) body["letters"] = count;
            else throw CallFailedException.Usage("which rows?", "name a file with --rows, or --letters N");
            JsonNode answer = await api.SendAsync(
                HttpMethod.Post, $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/scripts/candidate/test", body,
                cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(answer);
            else ScriptRows.Print(answer);
            return (int)answer["failed"]! == 0 ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static void Tell(ParseResult result, JsonNode script)
    {
        if (CliOptions.IsJson(result)) Printer.Json(script);
        else Console.WriteLine($"version {script["version"]}{((bool)script["active"]! ? ", active" : "")}");
    }

    private static Table Grid(JsonArray scripts)
    {
        Table grid = new Table().Border(TableBorder.Simple);
        foreach (string column in Columns) grid.AddColumn(column);
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 400;
        foreach (JsonNode? script in scripts) grid.AddRow([.. Columns.Select(column => Markup.Escape(script![column]?.ToString() ?? ""))]);
        return grid;
    }

    private static async Task<string> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file == "-") return await Console.In.ReadToEndAsync(cancellationToken);
        if (!System.IO.File.Exists(file)) throw CallFailedException.Usage($"the file {file} is not there", "name an existing file");
        return await System.IO.File.ReadAllTextAsync(file, cancellationToken);
    }

    private static Argument<long> Version() => new("version") { Description = "Number of the version" };

    private static Argument<string> File() => new("file") { Description = "TypeScript or JavaScript file; - for standard input" };

    private static string Path(ParseResult result, Argument<string> name) =>
        $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/scripts";
}
