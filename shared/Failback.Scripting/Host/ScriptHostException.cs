namespace Failback.Scripting.Host;

/// <summary>What userscripts are compiled with, or run in, does not start: a fault of the installation, not of the script.</summary>
public sealed class ScriptHostException(string what, string reason) : Exception($"{what} does not start: {reason}")
{
    /// <summary>Code of this failure wherever it is shown.</summary>
    public const string Code = "script_host";

    /// <summary>What to do next.</summary>
    public const string Remedy =
        "install the program as it was published, with every file of its folder (deploy/publish.sh, or the image), for this kind of "
            + "processor; `failback script check FILE` tells whether scripts run there";

    /// <summary>The first line of what a program said at its end.</summary>
    internal static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..]
        ? first
        : "it ended without a word";
}
