namespace Failback.Control.Storage;

/// <summary>Counts revisions and events over all failbacks.</summary>
internal static class RevisionCounter
{
    // Milliseconds of the clock, so that it also grows over a lost or restored database. The row is locked until the commit: what it
    // numbers appears in its order.
    public static long Next(StateTransaction transaction, TimeProvider time) => transaction.Query(
        row => row.GetInt64(0),
        "UPDATE revision SET last = CASE WHEN last >= $1 THEN last + 1 ELSE $1 END RETURNING last",
        time.GetUtcNow().ToUnixTimeMilliseconds())[0];
}
