using System.Text;
using Failback.Cli.Api;

namespace Failback.Cli.Fetch;

/// <summary>The text of <c>--replicator-flags</c>, taken apart.</summary>
/// <param name="Values">Values by name; of a switch <c>true</c> or <c>false</c>.</param>
internal sealed record ReplicatorFlags(IReadOnlyDictionary<string, string> Values)
{
    public string? this[string name] => Values.GetValueOrDefault(name);

    public bool IsOn(string name) => this[name] is "true";

    /// <summary>Those that something else does the work of, with what does it.</summary>
    public IEnumerable<ReplicatorFlag> Mapped =>
        Values.Keys.Select(name => ReplicatorFlagTable.All[name]).Where(flag => flag.Treatment == FlagTreatment.Mapped);

    /// <exception cref="CallFailedException">A flag is unknown, refused or lacks its value.</exception>
    public static ReplicatorFlags Parse(string text)
    {
        List<string> words = Words(text);
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith('-'))
                throw CallFailedException.Usage($"--replicator-flags: '{words[i]}' is not a flag", "quote values with spaces in them");
            string[] parts = words[i].TrimStart('-').Split('=', 2);
            if (!ReplicatorFlagTable.All.TryGetValue(parts[0], out ReplicatorFlag? flag))
                throw CallFailedException.Usage(
                    $"--replicator-flags: --{parts[0]} is not a flag of the replicator", "docs/reference/cli.md lists the flags");
            bool value = !flag.Switch && parts.Length == 1;
            if (value && i + 1 == words.Count)
                throw CallFailedException.Usage($"--replicator-flags: --{flag.Name} has no value", $"write --{flag.Name} VALUE");
            values[flag.Name] = value ? words[++i] : parts.Length > 1 ? parts[1] : "true";
            if (flag.Treatment == FlagTreatment.Refused && !Harmless(flag, values[flag.Name]))
                throw CallFailedException.Usage($"--replicator-flags: --{flag.Name} is refused: {flag.Reason}", $"leave --{flag.Name} out");
        }

        return new ReplicatorFlags(values);
    }

    // A switch that asks for what is done anyway.
    private static bool Harmless(ReplicatorFlag flag, string value) => flag.Name switch
    {
        "collapseMutations" => value == "true",
        "discard" => value == "false",
        "logFormat" => value == "json",
        _ => false,
    };

    /// <summary>Words as a shell cuts them: blanks separate, quotes keep together.</summary>
    private static List<string> Words(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        char quote = '\0';
        bool begun = false;
        foreach (char c in text)
        {
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (begun) words.Add(word.ToString());
                word.Clear();
                begun = false;
                continue;
            }

            begun = true;
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            else word.Append(c);
        }

        if (quote != '\0') throw CallFailedException.Usage("--replicator-flags: a quote is not closed", "close it");
        if (begun) words.Add(word.ToString());
        return words;
    }
}
