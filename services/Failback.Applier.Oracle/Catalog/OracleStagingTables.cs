namespace Failback.Applier.Oracle.Catalog;

/// <summary>Our tables in the staging schema.</summary>
internal static class OracleStagingTables
{
    /// <summary>Names without the prefix of the staging schema, in the order in which they are created.</summary>
    public static IReadOnlyList<string> Names { get; } = ["CHECKPOINT", "PUBLISHER_POSITION", "ROW_VERSION", "PENDING_MUTATION", "MEMBER"];
}
