using System.CommandLine;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary><c>script list</c>, <c>show</c>, <c>upload</c>, <c>activate</c> and <c>test</c>: versions of a failback's userscript.</summary>
internal static class ScriptVersionCommands
{
    public static IEnumerable<Command> Create() => [List(), Show(), Upload(), Activate(), Test()];

    private static Command List()
    {
        Argument<string> name = RootCommands.Name();
        var command = new Command("list", "Versions of the userscript") { name };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            Answer<ScriptResource[]> scripts = await api.GetAsync<ScriptResource[]>(Path(result, name), cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(scripts.Json);
            else Terminal.Write(Grid(scripts.Value));
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
            Answer<ScriptResource> script = await api.GetAsync<ScriptResource>(
                $"{Path(result, name)}/{result.GetValue(version)}", cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(script.Json);
            else Console.WriteLine(script.Value.Source);
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
            var body = new ScriptUpload(await ReadAsync(result.GetValue(file)!, cancellationToken), result.GetValue(activate));
            Tell(result, await api.SendAsync<ScriptResource>(HttpMethod.Put, Path(result, name), body, cancellationToken));
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
            Tell(result,
                await api.PostAsync<ScriptResource>($"{Path(result, name)}/{result.GetValue(version)}/activate", cancellationToken));
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
            var body = new ScriptTrialRequest { Source = await ReadAsync(result.GetValue(file)!, cancellationToken) };
            if (result.GetValue(rows) is { } input)
                body = body with { Rows = ScriptRows.Parse(await ReadAsync(input, cancellationToken)) };
            else if (result.GetValue(letters) is var count and > 0) body = body with { Letters = count };
            else throw CallFailedException.Usage("which rows?", "name a file with --rows, or --letters N");
            Answer<ScriptTrialAnswer> answer = await api.SendAsync<ScriptTrialAnswer>(
                HttpMethod.Post, $"failbacks/{Uri.EscapeDataString(result.GetValue(name)!)}/scripts/candidate/test", body,
                cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(answer.Json);
            else ScriptRows.Print(answer.Value);
            return answer.Value.Failed == 0 ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static void Tell(ParseResult result, Answer<ScriptResource> script)
    {
        if (CliOptions.IsJson(result)) Printer.Json(script.Json);
        else Console.WriteLine($"version {script.Value.Version}{(script.Value.Active ? ", active" : "")}");
    }

    private static IReadOnlyList<Line> Grid(ScriptResource[] scripts) => Printer.Grid(
        ["#version", "active", "created", "#bytes", "sha256"],
        scripts.Select(script => (string?[])[
            $"{script.Version}", script.Active ? "true" : "false", Printer.Time(script.CreatedAt), $"{script.Bytes}", script.Sha256]));

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
