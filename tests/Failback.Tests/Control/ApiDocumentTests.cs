using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Failback.Contracts.Api;
using Failback.Control.Api;
using Failback.Control.Documentation;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Control;

/// <summary>What the API document and docs/reference/errors.md say is what the code does.</summary>
public sealed partial class ApiDocumentTests
{
    private static readonly string Control = Path.Combine(Repository.Root, "services", "Failback.Control");

    private static readonly JsonSerializerOptions Strict = new(ApiJson.Options)
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
        string[] lost = [
            .. Members(ApiExamples.All[type])
                .Except(Members(JsonSerializer.Serialize(value, type, ApiJson.Options)), StringComparer.Ordinal)];
        Assert.Empty(lost);
    }

    [Fact]
    public void Every_code_of_a_refusal_is_in_the_catalogue()
    {
        string[] used = [
            .. Sources().SelectMany(text => Refusal().Matches(text)).Select(match => match.Groups["code"].Value)
                .Distinct(StringComparer.Ordinal)];
        Assert.True(used.Length > 50, $"only {used.Length} codes were found");
        Assert.Empty(used.Except(ProblemCatalogue.All.Keys, StringComparer.Ordinal));
    }

    /// <summary>A start is refused with the code of a check that is an error; those of values are not looked at then.</summary>
    [Fact]
    public void Start_states_every_code_of_a_check_that_may_be_an_error()
    {
        string[] rows = [
            .. File.ReadLines(Path.Combine(Repository.Root, "docs", "reference", "preflight-codes.md"))
                .Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        string[] errors = [
            .. rows.Where(row => row.Split('|')[2].Trim() == "error" || row.Contains("(error", StringComparison.Ordinal))
                .SelectMany(row => Code().Matches(row.Split('|')[1]).Select(match => match.Groups["code"].Value))];
        Assert.True(errors.Length > 50, $"only {errors.Length} codes were found");
        Assert.Equal([], errors.Except(ProblemCatalogue.OfStart).Except(["null_values", "value_too_large"]));
        Assert.Equal([], CheckProblems.All.Keys.Except(errors));
        Assert.Equal([], CheckProblems.All.Keys.Intersect(ProblemCatalogue.All.Keys));
    }

    [Fact]
    public void The_page_of_refusals_lists_every_code_with_its_status()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "errors.md"));
        string[] rows = [
            .. ProblemCatalogue.All.Select(problem => $"| `{problem.Key}` | {problem.Value.Status} | {problem.Value.Meaning} |")];
        Assert.All(rows, row => Assert.Contains(row, page, StringComparison.Ordinal));
        Assert.Equal(rows.Length, Row().Count(page));
    }

    private static IEnumerable<string> Sources() => Directory.EnumerateFiles(Control, "*.cs", SearchOption.AllDirectories)
        .Where(path => !Path.GetRelativePath(Control, path).StartsWith("obj", StringComparison.Ordinal)).Select(File.ReadAllText);

    private static IEnumerable<string> Members(string json) =>
        Member().Matches(json.Replace("null", "", StringComparison.Ordinal)).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"(?:ApiException|new)\(\s*\d{3},\s*""(?<code>[a-z_]+)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^\| `[a-z_]+` \| \d{3} \|", RegexOptions.Multiline, 1000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<code>[a-z0-9_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"""(?<name>[a-zA-Z]+)""\s*:", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Member();
}
