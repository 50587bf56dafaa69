using System.CommandLine;
using Failback.Cli.Api;

namespace Failback.Cli.Running;

/// <summary>Options of every command.</summary>
internal static class CliOptions
{
    public static readonly Option<string> Url = new("--url")
    {
        Description = "Address of control; FAILBACK_CONTROL_URL",
        Recursive = true,
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FAILBACK_CONTROL_URL") is { Length: > 0 } url
            ? url
            : "http://127.0.0.1:8080",
    };

    public static readonly Option<string> TokenFile = new(
        "--token-file")
    { Description = "File with the API token; otherwise FAILBACK_API_TOKEN", Recursive = true };

    public static readonly Option<string> Output = Format();

    private static readonly string[] Telling = ["TOKEN", "PASSWORD", "PASSWD", "SECRET", "CREDENTIAL", "API_KEY", "APIKEY"];

    public static bool IsJson(ParseResult result) => result.GetValue(Output) == "json";

    public static ControlApi Api(ParseResult result)
    {
        string url = result.GetValue(Url)!;
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw CallFailedException.Usage($"--url {url} is no http address", "for example --url http://127.0.0.1:8080");
        return new ControlApi(address, Token(result));
    }

    /// <summary>
    /// Returns the secrets that the command itself was given: the token of the API, what variables with telling names hold, and the
    /// passwords of URLs in variables.
    /// </summary>
    public static IReadOnlyList<string> Secrets(ParseResult result)
    {
        var found = new List<string> { Token(result) };
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key, value = variable.Value as string ?? "";
            if (Telling.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))) found.Add(value);
            if (!Uri.TryCreate(value, UriKind.Absolute, out Uri? url)
                || url.UserInfo.IndexOf(':', StringComparison.Ordinal) is not (>= 0 and var colon))
                continue;
            string password = url.UserInfo[(colon + 1)..];
            found.AddRange([password, Uri.UnescapeDataString(password)]);
        }

        return found;
    }

    private static string Token(ParseResult result) => result.GetValue(TokenFile) is { } file
        ? File.Exists(file)
        ? File.ReadAllText(file).Trim()
        : throw CallFailedException.Usage($"the file {file} is not there", "name the file that holds the API token")
        : Environment.GetEnvironmentVariable("FAILBACK_API_TOKEN") ?? "";

    private static Option<string> Format()
    {
        var option = new Option<string>(
            "--output", "-o")
        { Description = "text or json", Recursive = true, DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}
