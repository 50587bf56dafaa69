using System.Text.RegularExpressions;
using Failback.Cli.Output;
using Failback.Testing.Processes;
using Xunit;

namespace Failback.Tests.Cli.Output;

/// <summary>No next step of control reaches a person in the words of the REST API.</summary>
public sealed partial class CliWordsTests
{
    [Fact]
    public void Every_next_step_of_control_is_one_of_the_command_line()
    {
        string folder = Path.Combine(Repository.Root, "services", "Failback.Control");
        string[] sentences = [
            .. Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)
                    && !file.Contains("/Documentation/", StringComparison.Ordinal)
                    && !file.Contains("/Storage/", StringComparison.Ordinal))
                .SelectMany(
                    file => Literal().Matches(Joined().Replace(File.ReadAllText(file), ""))
                    .Select(found => Text(found.Groups["text"].Value)))
                .Where(text => Rest().IsMatch(text) && !Code().IsMatch(text))];
        Assert.True(sentences.Length > 15, $"only {sentences.Length} sentences were found");
        string[] left = [.. sentences.Where(text => Rest().IsMatch(CliWords.Of(text, "shop")))];
        Assert.Empty(left);
    }

    [Theory]
    [InlineData("GET /api/v1/failbacks/shop/tables lists them", "failback tables shop lists them")]
    [InlineData("GET /api/v1/failbacks lists them", "failback status lists them")]
    [InlineData(
        "send Authorization: Bearer <token>; an admin makes tokens",
        "name a file with the token (--token-file FILE) or set FAILBACK_API_TOKEN; an admin makes tokens")]
    [InlineData("let its queues drain, or repeat with ?force=true", "let its queues drain, or repeat with --force")]
    [InlineData(
        "POST …/stop, PUT the definition without the table, POST …/start",
        "failback stop shop, apply the definition (failback apply -f FILE) without the table, failback start shop")]
    [InlineData(
        "then repeat start, or start with ?skip=<reason>&codes=<codes to leave out>",
        "then repeat start, or start --skip REASON --code CODE")]
    public void Next_steps_are_commands(string told, string shown) => Assert.Equal(shown, CliWords.Of(told, "shop"));

    private static string Text(string literal) => literal.Replace("\\\"", "\"", StringComparison.Ordinal)
        .Replace("{{", "{", StringComparison.Ordinal).Replace("{failback.Name}", "shop", StringComparison.Ordinal)
        .Replace("{name}", "shop", StringComparison.Ordinal);

    // What only a program can do with an answer.
    [GeneratedRegex(
        @"\b(GET|PUT|POST|DELETE) (it\b|the definition|/api|…/)|\?(skip|force|scanAdded)=|/openapi/|Authorization:",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rest();

    [GeneratedRegex(@"^/|HTTP/1|^GET \{", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Code();

    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Joined();

    [GeneratedRegex("\"(?<text>(?:[^\"\\\\\\n]|\\\\.)*)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Literal();
}
