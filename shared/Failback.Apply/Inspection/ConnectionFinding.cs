using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>Compares the connections that a failback needs with a limit of the target.</summary>
public static class ConnectionFinding
{
    private const double Nearly = 0.9;

    /// <summary>Returns a finding, or nothing.</summary>
    /// <param name="whose">Begins the sentence that ends with the limit.</param>
    /// <param name="most">The limit; negative: there is none.</param>
    /// <param name="used">Connections in use.</param>
    /// <param name="needed">Connections that one replica of the applier opens for the failback.</param>
    /// <param name="fix">What lifts the limit.</param>
    public static IEnumerable<Finding> Of(string whose, int most, int used, int needed, string fix)
    {
        if (most < 0) yield break;
        if (most < needed)
            yield return new Finding(
                PreflightCodes.Connections, Severity.Error, null,
                $"{whose} {most} connections, and the failback needs {needed}: tables would never be served", fix);
        else if (most - used < needed || used > most * Nearly)
            yield return new Finding(
                PreflightCodes.Connections, Severity.Warning, null,
                $"{whose} {most} connections, {used} are in use, and the failback needs {needed}", fix);
    }
}
