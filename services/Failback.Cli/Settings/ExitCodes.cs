namespace Failback.Cli.Settings;

/// <summary>Exit codes; scripts rely on them, docs/reference/cli.md lists them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Control refused, or something is not as asked for.</summary>
    public const int Refused = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>Control does not answer.</summary>
    public const int Unreachable = 3;

    /// <summary>The command itself failed: it cannot write its output, or has a fault.</summary>
    public const int Failed = 4;

    /// <summary>Interrupted, where that is no orderly end.</summary>
    public const int Interrupted = 130;
}
