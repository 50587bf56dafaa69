using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Failback.Cli.Api;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Failback.Cli.Files;

/// <summary>
/// Reads definitions from YAML (of which JSON is a part), several documents in a file: the body of the API's PUT and a <c>name</c>.
/// <c>${NAME}</c> stands for an environment variable, so that a file need not hold secrets.
/// </summary>
internal static partial class DefinitionFile
{
    /// <exception cref="CallFailedException">Not YAML, no name, or a variable that is not set.</exception>
    public static IReadOnlyList<(string Name, JsonObject Definition)> Read(TextReader reader)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(reader);
        }
        catch (YamlException e)
        {
            throw CallFailedException.Usage(
                $"the file is not YAML: line {e.Start.Line}, column {e.Start.Column}: {e.InnerException?.Message ?? e.Message}",
                "see docs/reference/cli.md for an example");
        }

        return [.. yaml.Documents.Select(document => Split(ToJson(document.RootNode)))];
    }

    private static (string Name, JsonObject Definition) Split(JsonNode? node)
    {
        if (node is not JsonObject definition || definition["name"] is not JsonValue name)
            throw CallFailedException.Usage("a definition has no name", "add a line such as name: shop at its top");
        definition.Remove("name");
        return (name.ToString(), definition);
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping =>
            new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
        YamlScalarNode quoted => Expand(quoted.Value ?? ""),
        _ => null,
    };

    // Long numbers are timestamps and stay text.
    private static JsonNode? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when text.Length < 10 && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => number,
        _ => Expand(text),
    };

    private static string Expand(string text) => Variable().Replace(text, match =>
        Environment.GetEnvironmentVariable(match.Groups["name"].Value)
        ?? throw CallFailedException.Usage(
            $"the environment variable {match.Groups["name"].Value} is not set", "export it, or write the value"));

    [GeneratedRegex(@"\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
