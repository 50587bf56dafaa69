using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Cli.Api;

namespace Failback.Cli.Fetch;

/// <summary>The seed's command line as a definition.</summary>
/// <param name="Name">Name of the failback.</param>
/// <param name="Definition">Body of PUT.</param>
/// <param name="Flags">Flags of the replicator.</param>
internal sealed record FetchPlan(string Name, JsonObject Definition, ReplicatorFlags Flags)
{
    /// <exception cref="CallFailedException">Something is missing or refused.</exception>
    public static FetchPlan Of(ParseResult result)
    {
        string mode = result.GetValue(FetchOptions.Mode)!;
        if (mode != "failback")
            throw CallFailedException.Usage(
                $"--mode {mode} is not here: this program only fails back",
                "write --mode failback; use MOLT Fetch to load and replicate forward");
        if (result.GetValue(FetchOptions.CaseSensitive))
            throw CallFailedException.Usage(
                "--case-sensitive is refused: filters compare regardless of case",
                "list the tables by name in a definition (failback apply) where two names differ in case only");
        string? overrides = result.GetValue(FetchOptions.ChangefeedsPath);
        if (overrides is null && !result.GetValue(FetchOptions.AllowTlsModeDisable))
            throw CallFailedException.Usage(
                "failback mode needs --changefeeds-path, or --allow-tls-mode-disable for the insecure default changefeed",
                "name a JSON file with sink_query_parameters");
        string source = result.GetValue(FetchOptions.Source)!;
        string target = result.GetValue(FetchOptions.Target)!;
        if (!result.GetValue(FetchOptions.AllowTlsModeDisable)) RefuseInsecure(source, target);
        ReplicatorFlags flags = ReplicatorFlags.Parse(result.GetValue(FetchOptions.ReplicatorText)!);
        if (flags["tlsCertificate"] is null != flags["tlsPrivateKey"] is null)
            throw CallFailedException.Usage(
                "--replicator-flags: --tlsCertificate and --tlsPrivateKey belong together", "give both or neither");
        if (flags["tlsCertificate"] is not null && flags.IsOn("tlsSelfSigned"))
            throw CallFailedException.Usage("--replicator-flags: --tlsSelfSigned excludes --tlsCertificate", "give one of them");
        var definition = new JsonObject
        {
            ["source"] = source,
            ["target"] = target,
            ["schemaFilter"] = result.GetValue(FetchOptions.SchemaFilter),
            ["tableFilter"] = result.GetValue(FetchOptions.TableFilter),
            ["tableExclusionFilter"] = result.GetValue(FetchOptions.TableExclusionFilter),
            ["changefeed"] = new JsonObject
            {
                ["managed"] = true,
                ["overrides"] = overrides is null ? new JsonObject() : Overrides(overrides)
            },
        };
        Add(definition, flags);
        return new FetchPlan(result.GetValue(FetchOptions.Name) ?? NameOf(flags["stagingSchema"], definition), definition, flags);
    }

    private static void Add(JsonObject definition, ReplicatorFlags flags)
    {
        if (flags["stagingSchema"] is { } staging) definition["stagingSchema"] = staging.Split('.')[0];
        if (flags["bestEffortWindow"] is { } window) definition["bestEffortWindow"] = window;
        if (flags.IsOn("immediate")) definition["mode"] = "immediate";
        else if (flags.IsOn("bestEffortOnly")) definition["mode"] = "bestEffort";
        if (flags["userscript"] is { } script) definition["userscript"] = ReadFile(script, "--userscript");
    }

    private static void RefuseInsecure(params string[] urls)
    {
        if (urls.Any(url => url.Contains("sslmode=disable", StringComparison.OrdinalIgnoreCase)))
            throw CallFailedException.Usage(
                "a connection URL says sslmode=disable", "use sslmode=verify-full, or add --allow-tls-mode-disable");
    }

    private static JsonNode Overrides(string path)
    {
        try
        {
            return JsonNode.Parse(ReadFile(path, "--changefeeds-path")) as JsonObject
                ?? throw CallFailedException.Usage($"{path} holds no JSON object", "see docs/reference/cli.md for an example");
        }
        catch (JsonException e)
        {
            throw CallFailedException.Usage($"{path} is not JSON: line {e.LineNumber + 1}", "see docs/reference/cli.md for an example");
        }
    }

    private static string ReadFile(string path, string flag) =>
        File.Exists(path)
        ? File.ReadAllText(path)
        : throw CallFailedException.Usage($"{flag}: the file {path} is not there", "name an existing file");

    // The same command again is the same failback.
    private static string NameOf(string? staging, JsonObject definition)
    {
        string place = staging
            ?? string.Join(
                '|', WithoutUser((string)definition["source"]!), WithoutUser((string)definition["target"]!), definition["schemaFilter"],
                definition["tableFilter"]);
        string name = new([.. (staging ?? "").ToLower(CultureInfo.InvariantCulture).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        name = name.Trim('-');
        return name.Length is > 0 and <= 50
            ? "fetch-" + name
            : "fetch-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(place)))[..12].ToLower(CultureInfo.InvariantCulture);
    }

    private static string WithoutUser(string url) => url[(url.LastIndexOf('@') + 1)..];
}
