using System.Text.RegularExpressions;

namespace Failback.Cli.Output;

/// <summary>
/// Turns the next steps of control, which are told to programs (<c>PUT the definition</c>, <c>?force=true</c>), into commands that a
/// person can type. A test holds every sentence of control against it.
/// </summary>
internal static class CliWords
{
    private static readonly (Regex Pattern, string Words)[] Rules =
    [
        Rule(@"send Authorization: Bearer <token>", "name a file with the token (--token-file FILE) or set FAILBACK_API_TOKEN"),
        Rule(@"GET /api/v1/failbacks/(?<n>[^/ ]+)/tables", "failback tables ${n}"),
        Rule(@"GET /api/v1/failbacks/(?<n>[^/ ]+)/dead-letters", "failback dlq list ${n}"),
        Rule(@"GET /api/v1/failbacks/(?<n>[^/ ]+)/scripts", "failback script list ${n}"),
        Rule(@"(?:then )?DELETE /api/v1/failbacks/(?<n>[^/ ]+)/webhook-token/former",
            "revoke the former token (the REST API: webhook-token)"),
        Rule(@"GET /api/v1/failbacks", "failback status"),
        Rule(@"GET /api/v1/operations(?:\?state=running)?", "failback operations list"),
        Rule(@"GET …/events", "failback status NAME --watch"),
        Rule(@"GET it again", "read it again (failback status NAME -o json)"),
        Rule(@"GET it", "read it (failback status NAME -o json)"),
        Rule(@"DELETE again", "repeat failback delete NAME"),
        Rule(@"POST …/webhook-token shows a new one, once", "the REST API shows a new one, once (webhook-token)"),
        Rule(@"POST …/(?<do>[a-z]+)\?scanAdded=true", "failback ${do} NAME --scan-added"),
        Rule(@"POST …/(?<do>[a-z]+)", "failback ${do} NAME"),
        Rule(@"PUT (?<what>the definition|it)", "apply ${what} (failback apply -f FILE)"),
        Rule(@"(?:with )?\?skip=<reason>&codes=<codes[^>]*>", "--skip REASON --code CODE"),
        Rule(@"(?:with )?\?skip=<reason>", "--skip REASON"),
        Rule(@"(?:with )?\?force=true", "with --force"),
        Rule(@"(?:with )?\?scanAdded=true", "with --scan-added"),
        Rule(@"send \{""reason"": ""…""\}", "give --reason TEXT"),
        Rule(@"say why in reason", "say why with --reason TEXT"),
        Rule(@"send rows as a changefeed does, or ""letters"": (?<many>\d+)", "give --rows FILE, or --letters ${many}"),
        Rule(@"compare the request with /openapi/v1\.json and repeat it|send a definition as in /openapi/v1\.json|"
            + @"correct the address and repeat; /openapi/v1\.json has the calls|see /openapi/v1\.json for the calls and their bodies",
            "use the command line of control's release"),
    ];

    /// <summary>Returns a sentence of control in the words of the command line.</summary>
    /// <param name="text">The sentence.</param>
    /// <param name="name">The failback it is about; null: not known, and the reader puts it in.</param>
    public static string Of(string text, string? name = null)
    {
        foreach ((Regex pattern, string words) in Rules) text = pattern.Replace(text, words);
        return name is null ? text : text.Replace(" NAME", " " + name, StringComparison.Ordinal);
    }

    private static (Regex, string) Rule(string pattern, string words) =>
        (new Regex(pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), words);
}
