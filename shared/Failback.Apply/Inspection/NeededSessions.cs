using Failback.Apply.Dialects;
using Failback.Contracts.Control;

namespace Failback.Apply.Inspection;

/// <summary>Counts the sessions that one replica opens in a target for a failback.</summary>
public static class NeededSessions
{
    /// <summary>One that says which replicas live, and one for letters and checks.</summary>
    private const int Besides = 2;

    /// <summary>Returns their number: groups of tables share lanes, and only in consistent mode all tables are one group.</summary>
    public static int Of(ApplyMode mode, int tables) =>
        (mode == ApplyMode.Consistent ? 1 : Math.Min(tables, SessionTerms.Lanes)) + Besides;
}
