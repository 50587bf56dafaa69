using System.CommandLine;
using System.Text.Json.Nodes;
using Failback.Cli.Api;
using Failback.Cli.Files;
using Failback.Cli.Output;
using Failback.Cli.Running;
using Failback.Cli.Settings;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Commands;

/// <summary><c>apply -f failback.yaml</c>: creates or replaces definitions.</summary>
internal static class ApplyCommand
{
    public static Command Create()
    {
        var file = new Option<string>("--file", "-f") { Description = "YAML or JSON file; - for standard input", Required = true };
        var command = new Command("apply", "Create or replace the definitions in a file") { file };
        command.Does(async (result, cancellationToken) =>
        {
            using ControlApi api = CliOptions.Api(result);
            foreach ((string name, JsonObject definition) in Read(result.GetValue(file)!))
            {
                Answer<FailbackResource> resource = await api.SendAsync<FailbackResource>(
                    HttpMethod.Put, $"failbacks/{Uri.EscapeDataString(name)}", definition, cancellationToken);
                if (CliOptions.IsJson(result)) Printer.Json(resource.Json);
                else Console.WriteLine($"{name}: {Word.Of(resource.Value.State)}, revision {resource.Value.Revision}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static IReadOnlyList<(string, JsonObject)> Read(string file)
    {
        if (file == "-") return DefinitionFile.Read(Console.In);
        if (!File.Exists(file)) throw CallFailedException.Usage($"the file {file} is not there", "name an existing file with -f");
        using StreamReader reader = File.OpenText(file);
        return DefinitionFile.Read(reader);
    }
}
