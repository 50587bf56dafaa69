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

    public static bool IsJson(ParseResult result) => result.GetValue(Output) == "json";

    public static ControlApi Api(ParseResult result)
    {
        string url = result.GetValue(Url)!;
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            throw CallFailedException.Usage($"--url {url} is no http address", "for example --url http://127.0.0.1:8080");
        string token = result.GetValue(TokenFile) is { } file
            ? File.Exists(file)
            ? File.ReadAllText(file).Trim()
            : throw CallFailedException.Usage($"the file {file} is not there", "name the file that holds the API token")
            : Environment.GetEnvironmentVariable("FAILBACK_API_TOKEN") ?? "";
        return new ControlApi(address, token);
    }

    private static Option<string> Format()
    {
        var option = new Option<string>(
            "--output", "-o")
        { Description = "text or json", Recursive = true, DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}
