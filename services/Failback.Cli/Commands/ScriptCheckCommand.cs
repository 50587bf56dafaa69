using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Scripting;
using Failback.Scripting.Compiling;
using Failback.Scripting.Host;

namespace Failback.Cli.Commands;

/// <summary><c>script check</c>: what a script would be told at its upload, without a server.</summary>
internal static class ScriptCheckCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "TypeScript or JavaScript" };
        var command = new Command(
            "check", "Compile a userscript, load it and say what would not run, line by line; needs no server") { file };
        command.Does(async (result, cancellationToken) =>
        {
            string path = result.GetValue(file)!;
            if (!File.Exists(path)) throw CallFailedException.Usage($"there is no file {path}", "give the path of a script");
            ScriptCheck check = await CheckAsync(await File.ReadAllTextAsync(path, cancellationToken), cancellationToken);
            if (CliOptions.IsJson(result)) Printer.Json(Json(check));
            else Print(path, check);
            return check.IsUsable ? ExitCodes.Done : ExitCodes.Refused;
        });
        return command;
    }

    private static async Task<ScriptCheck> CheckAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            return await ScriptCheck.OfAsync(source, new ScriptLimits(), cancellationToken);
        }
        catch (ScriptHostException e)
        {
            throw new CallFailedException(ExitCodes.Refused, ScriptHostException.Code, e.Message, ScriptHostException.Remedy);
        }
    }

    private static void Print(string path, ScriptCheck check)
    {
        foreach (ScriptProblem problem in check.Problems) Console.WriteLine($"{path}:{problem}");
        foreach (ScriptSource source in check.Plan.Sources)
            Console.WriteLine(
                $"{path}:{source.Line} source {source.Name}{(source.Targets.Count > 0 ? $" to {string.Join(", ", source.Targets)}" : "")}");
        foreach (ScriptTable table in check.Plan.Tables) Console.WriteLine($"{path}:{table.Line} table {table.Name}: {Handled(table)}");
        Console.WriteLine(check.IsUsable ? "it can be activated" : "it cannot be activated");
    }

    private static string Handled(ScriptTable table)
    {
        string[] parts = [
            .. new[] {
                table.HandlesUpserts
                    ? "upserts"
                    : "", table.HandlesDeletes
                    ? "deletes"
                    : "", table.HandlesBatches
                    ? "batches"
                    : "", table.Ignore.Count > 0
                    ? $"without {string.Join(", ", table.Ignore)}"
                    : "", table.Extras is { } extras
                    ? $"extras in {extras}"
                    : "" }.Where(p => p.Length > 0)];
        return parts.Length > 0 ? string.Join(", ", parts) : "nothing";
    }

    private static JsonObject Json(ScriptCheck check) => new()
    {
        ["usable"] = check.IsUsable,
        ["problems"] = new JsonArray(
            [.. check.Problems.Select(
                p => new JsonObject {
                    ["severity"] = p.Severity, ["line"] = p.Line, ["column"] = p.Column, ["code"] = p.Code, ["message"] = p.Message })]),
        ["sources"] = new JsonArray(
            [.. check.Plan.Sources.Select(
                s => new JsonObject {
                    ["name"] = s.Name, ["line"] = s.Line, ["targets"] = new JsonArray([.. s.Targets.Select(t => JsonValue.Create(t))]) })]),
        ["tables"] = new JsonArray(
            [.. check.Plan.Tables.Select(
                t => new JsonObject {
                    ["name"] = t.Name, ["line"] = t.Line, ["upserts"] = t.HandlesUpserts, ["deletes"] = t.HandlesDeletes,
                    ["batches"] = t.HandlesBatches })]),
    };
}
