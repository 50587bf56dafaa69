using System.Globalization;
using System.Text;
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
    private const int MostCharacters = 16 << 20;
    private const int MostNodes = 100_000;
    private const int MostDepth = 64;

    /// <exception cref="CallFailedException">Not YAML, no name, nothing at all, or a variable that is not set.</exception>
    public static IReadOnlyList<(string Name, JsonObject Definition)> Read(TextReader reader)
    {
        char[] buffer = new char[64 * 1024];
        var text = new StringBuilder();
        for (int read; (read = reader.Read(buffer, 0, buffer.Length)) > 0;)
        {
            text.Append(buffer, 0, read);
            if (text.Length > MostCharacters) throw TooLarge();
        }

        var yaml = new YamlStream();
        try
        {
            RefuseDepth(text.ToString());
            yaml.Load(new StringReader(text.ToString()));
        }
        catch (YamlException e)
        {
            throw CallFailedException.Usage(
                $"the file is not YAML: line {e.Start.Line}, column {e.Start.Column}: {e.InnerException?.Message ?? e.Message}",
                "see docs/reference/cli.md for an example");
        }

        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // What the library throws instead of its own exception where a document ends in the middle.
            throw CallFailedException.Usage("the file is not YAML", "see docs/reference/cli.md for an example");
        }

        // Aliases repeat what they name: without a bound a few lines become more than there is memory, or have no end.
        int nodes = MostNodes;
        (string, JsonObject)[] definitions = [
            .. yaml.Documents.Select(document => ToJson(document.RootNode, 0, ref nodes)).Where(node => node is not null).Select(Split)];
        return definitions.Length > 0
            ? definitions
            : throw CallFailedException.Usage("the file holds no definition", "see docs/reference/cli.md for an example");
    }

    // The library reads nested nodes by recursion, which the stack would not survive.
    private static void RefuseDepth(string text)
    {
        var events = new Parser(new StringReader(text));
        for (int depth = 0; events.MoveNext();)
        {
            depth += events.Current!.NestingIncrease;
            if (depth > MostDepth) throw TooLarge();
        }
    }

    private static (string Name, JsonObject Definition) Split(JsonNode? node)
    {
        if (node is not JsonObject definition || definition["name"] is not JsonValue name)
            throw CallFailedException.Usage("a definition has no name", "add a line such as name: shop at its top");
        definition.Remove("name");
        return (name.ToString(), definition);
    }

    private static JsonNode? ToJson(YamlNode node, int depth, ref int nodes)
    {
        if (--nodes < 0 || depth > MostDepth) throw TooLarge();
        switch (node)
        {
            case YamlMappingNode mapping:
                var made = new JsonObject();
                foreach ((YamlNode key, YamlNode value) in mapping.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name } || made.ContainsKey(name))
                        throw CallFailedException.Usage(
                            $"line {key.Start.Line}: the name of a member is no text, or stands twice",
                            "see docs/reference/cli.md for an example");
                    made.Add(name, ToJson(value, depth + 1, ref nodes));
                }

                return made;
            case YamlSequenceNode sequence:
                var list = new JsonArray();
                foreach (YamlNode item in sequence.Children) list.Add(ToJson(item, depth + 1, ref nodes));
                return list;
            case YamlScalarNode { Style: ScalarStyle.Plain } plain:
                return Plain(plain.Value ?? "");
            case YamlScalarNode quoted:
                return Expand(quoted.Value ?? "");
            default:
                return null;
        }
    }

    private static CallFailedException TooLarge() => CallFailedException.Usage(
        $"the file is too large: more than {MostNodes} values with those that aliases repeat, deeper than {MostDepth}, or without an end",
        "write the definitions out, in several files");

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
