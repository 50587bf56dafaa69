using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Documentation;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Control;

/// <summary>What the API document and docs/api.md say is what the code does.</summary>
public sealed partial class ApiDocumentTests
{
    private static readonly string Control = Path.Combine(Repository.Root, "services", "Failback.Control");

    private static readonly JsonSerializerOptions Strict = new(DefinitionJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    public static TheoryData<Type> Types => [.. ApiExamples.All.Keys];

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_example_is_one_of_its_type(Type type)
    {
        object value = JsonSerializer.Deserialize(ApiExamples.All[type], type, Strict)!;
        string[] lost = [.. Members(ApiExamples.All[type]).Except(Members(JsonSerializer.Serialize(value, type, DefinitionJson.Options)), StringComparer.Ordinal)];
        Assert.Empty(lost);
    }

    [Fact]
    public void Every_code_of_a_refusal_is_in_the_catalogue()
    {
        string[] used = [.. Sources().SelectMany(text => Refusal().Matches(text)).Select(match => match.Groups["code"].Value).Distinct(StringComparer.Ordinal)];
        Assert.True(used.Length > 50, $"only {used.Length} codes were found");
        Assert.Empty(used.Except(ProblemCatalogue.All.Keys, StringComparer.Ordinal));
    }

    [Fact]
    public void The_page_about_the_API_lists_every_code_with_its_status()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "api.md"));
        string[] rows = [.. ProblemCatalogue.All.Select(problem => $"| `{problem.Key}` | {problem.Value.Status} | {problem.Value.Meaning} |")];
        Assert.All(rows, row => Assert.Contains(row, page, StringComparison.Ordinal));
        Assert.Equal(rows.Length, Row().Count(page));
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Control, "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(Control, path).StartsWith("obj", StringComparison.Ordinal)).Select(File.ReadAllText);

    private static IEnumerable<string> Members(string json) => Member().Matches(json.Replace("null", "", StringComparison.Ordinal)).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"(?:ApiException|new)\(\s*\d{3},\s*""(?<code>[a-z_]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^\| `[a-z_]+` \| \d{3} \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"""(?<name>[a-zA-Z]+)""\s*:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();
}
