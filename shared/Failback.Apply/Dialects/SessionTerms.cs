namespace Failback.Apply.Dialects;

/// <summary>Pool and bounds of a session, the same in every dialect as far as its server has them.</summary>
/// <param name="Statement">Longest run of a statement; null: without end.</param>
/// <param name="Lock">Longest wait for a lock; shorter than a statement may run, so that waiting is told from working.</param>
/// <param name="IdleInTransaction">After so long without a statement the server ends a session whose transaction is open; null:
/// never.</param>
/// <param name="Pool">Most connections of its pool; 0: each is opened anew and closed for good.</param>
public sealed record SessionTerms(TimeSpan? Statement, TimeSpan Lock, TimeSpan? IdleInTransaction, int Pool)
{
    /// <summary>A frozen owner's open transaction may block its successor for so long.</summary>
    private static readonly TimeSpan Blocking = TimeSpan.FromSeconds(5);

    /// <summary>Sessions that the groups of a failback share on one replica, where there are more groups than these.</summary>
    public const int Lanes = 8;

    /// <summary>
    /// Failbacks of one target share a pool. A limit here would only hide that of the server, which refuses at once and says so.
    /// </summary>
    private const int Groups = 10_000;
    private const double LockShare = 0.8;
    private const int Operators = 20;

    /// <summary>True when connections are kept.</summary>
    public bool IsPooled => Pool > 0;

    /// <summary>Terms of a use.</summary>
    /// <param name="use">What the connection is for.</param>
    /// <param name="applyTimeout">Longest wait of this process for one statement or lock.</param>
    public static SessionTerms Of(ConnectionUse use, TimeSpan applyTimeout) => Of(use, applyTimeout, applyTimeout * LockShare);

    private static SessionTerms Of(ConnectionUse use, TimeSpan statement, TimeSpan wait) => use switch
    {
        ConnectionUse.Apply => new SessionTerms(statement, wait, Blocking, Groups),
        // Settings of a user hold from the next login on: what is inspected must not be those of a session opened earlier.
        ConnectionUse.Inspect => new SessionTerms(statement, wait, Blocking, 0),
        // Settling locks the checkpoint rows of an owner; a pool of its own, so that operators take no connection from the groups.
        ConnectionUse.Letters => new SessionTerms(statement, wait, Blocking, Operators),
        // A snapshot is held while the source is read, and locks nothing that others write.
        ConnectionUse.Verify => new SessionTerms(null, wait, null, 0),
        _ => throw new ArgumentOutOfRangeException(nameof(use), use, null),
    };
}
