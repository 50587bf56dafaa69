using Failback.Cli.Settings;

namespace Failback.Cli.Api;

/// <summary>What the caller is told instead of an answer.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="code">Stable code of the problem.</param>
/// <param name="message">What is wrong.</param>
/// <param name="remedy">What to do next.</param>
internal sealed class CallFailedException(int exitCode, string code, string message, string remedy) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string Code { get; } = code;

    public string Remedy { get; } = remedy;

    /// <summary>The remedy is in the words of the REST API.</summary>
    public bool FromControl { get; init; }

    /// <summary>Repeating the call later may help: control is busy, or what it needs does not answer.</summary>
    public bool IsPassing { get; init; }

    public static CallFailedException Usage(string message, string remedy) => new(ExitCodes.Usage, "usage", message, remedy);
}
