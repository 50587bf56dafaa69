namespace Failback.Control.Storage;

/// <summary>Numbers the revisions and events of all failbacks in one sequence.</summary>
internal static class RevisionCounter
{
    // Based on the clock in milliseconds, so that it also grows across a lost or restored database. The row is locked until the
    // commit, so numbers become visible in their order.
    public static long Next(StateTransaction transaction, TimeProvider time) => transaction.Query(
        row => row.GetInt64(0),
        "UPDATE revision SET last = CASE WHEN last >= $1 THEN last + 1 ELSE $1 END RETURNING last",
        time.GetUtcNow().ToUnixTimeMilliseconds())[0];
}
