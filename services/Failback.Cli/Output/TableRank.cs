using Failback.Contracts.Api;

namespace Failback.Cli.Output;

/// <summary>Orders tables by how much they need to be looked at.</summary>
internal static class TableRank
{
    public static IReadOnlyList<TableResource> WorstFirst(IReadOnlyList<TableResource> tables) =>
    [
        .. tables.OrderBy(Of).ThenByDescending(table => table.OpenLetters).ThenBy(table => table.AppliedThrough)
            .ThenByDescending(table => table.InFlight).ThenBy(table => table.Table, StringComparer.Ordinal),
    ];

    /// <summary>True for a table that needs someone.</summary>
    public static bool IsTroubled(TableResource table) => Of(table) < 5;

    private static int Of(TableResource table) => table switch
    {
        { State: "stopped" } => 0,
        { OpenLetters: > 0 } => 1,
        { State: "retrying" } => 2,
        { State: "silent" or "unknown" } => 3,
        { Error: not null } => 4,
        _ => 5,
    };
}
