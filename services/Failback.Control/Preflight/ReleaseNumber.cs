using System.Globalization;
using System.Text.RegularExpressions;

namespace Failback.Control.Preflight;

/// <summary>A release of CockroachDB down to the patch.</summary>
internal readonly partial record struct ReleaseNumber(int Major, int Minor, int Patch)
{
    /// <summary>Reads the answer of <c>SELECT version()</c>; null when it names none.</summary>
    public static ReleaseNumber? Parse(string version)
    {
        Match match = Form().Match(version);
        return match.Success ? new ReleaseNumber(Int("major"), Int("minor"), Int("patch")) : null;

        int Int(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\bv(?<major>[0-9]+)\.(?<minor>[0-9]+)\.(?<patch>[0-9]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Form();
}
