namespace Failback.Scripting.Host;

/// <summary>
/// The compiler of userscripts, or the process that runs them, does not start: a fault of the installation, not of the script.
/// </summary>
public sealed class ScriptHostException(string what, string reason) : Exception($"{what} does not start: {reason}")
{
    /// <summary>Code of this failure in the API and in findings.</summary>
    public const string Code = "script_host";

    /// <summary>Next step for the operator.</summary>
    public const string Remedy =
        "install the program as it was published, with every file of its folder (deploy/publish.sh, or the image), for this kind of "
            + "processor; `failback script check FILE` tells whether scripts run there";

    /// <summary>Returns the first line of a program's last output.</summary>
    internal static string FirstLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..]
        ? first
        : "it ended without a word";
}
