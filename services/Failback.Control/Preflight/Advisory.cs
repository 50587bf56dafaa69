using Failback.Contracts.Words;

namespace Failback.Control.Preflight;

/// <summary>A technical advisory of CockroachDB about lost data, and the releases it is about.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Severity">How much it matters to a failback.</param>
/// <param name="Affected">Series of releases with their first and last affected patch.</param>
/// <param name="Fixed">Releases to upgrade to.</param>
/// <param name="Meaning">What is lost, and when.</param>
internal sealed record Advisory(
    int Number, Severity Severity, IReadOnlyList<(int Major, int Minor, int From, int Through)> Affected, string Fixed, string Meaning)
{
    private const int All = int.MaxValue;

    /// <summary>Statement that takes the risk away without an upgrade; null: none.</summary>
    public string? Mitigation { get; init; }

    /// <summary>Setting that shows the mitigation, and its value then.</summary>
    public (string Setting, string Value)? Mitigated { get; init; }

    /// <summary>Initial scans of a feed that it is about; empty: every feed.</summary>
    public IReadOnlyList<string> Scans { get; init; } = [];

    public string Code => $"advisory_a{Number}";

    /// <summary>
    /// Those that bear on changefeeds or on what they read; https://www.cockroachlabs.com/docs/advisories/a123371 and so on by their
    /// numbers. Of advisories about backups, imports and other sinks none is here.
    /// </summary>
    public static IReadOnlyList<Advisory> Known { get; } =
    [
        new(123371, Severity.Error, [(22, 2, 0, All), (23, 1, 0, 21), (23, 2, 0, 5)], "23.1.22, 23.2.6 or 24.1",
            "changefeeds may drop rows during an initial scan") { Scans = ["yes", "only"] },
        new(104309, Severity.Error, [(21, 2, 0, All), (22, 1, 0, All), (22, 2, 0, 17), (23, 1, 0, 14), (23, 2, 0, 0)],
            "22.2.18, 23.1.15 or 23.2.1", "a resolved timestamp may come before rows that it promises (about one row in a million)"),
        new(90146, Severity.Error, [(22, 1, 6, 9)], "22.1.10", "an initial scan alone may end before everything was sent") {
            Scans = ["only"] },
        new(131639, Severity.Warning, [(22, 2, 0, All), (23, 1, 0, 26), (23, 2, 0, 10), (24, 1, 0, 0)], "23.1.27, 23.2.11 or 24.1.1",
            "writes of a transaction over several ranges may be lost in the cluster while disks are slow"),
        new(162085, Severity.Warning,
            [(23, 1, 0, All), (23, 2, 0, 28), (24, 1, 0, 25), (24, 2, 0, All), (24, 3, 0, 26), (25, 1, 0, All), (25, 2, 0, 12),
                (25, 3, 0, All), (25, 4, 0, 4)],
            "23.2.29, 24.1.26, 24.3.27, 25.2.13, 25.4.5 or 26.1",
            "garbage collection during a split of a range may delete live rows in the cluster")
        {
            Mitigation = "SET CLUSTER SETTING kv.gc.clear_range_min_keys = 0;",
            Mitigated = ("kv.gc.clear_range_min_keys", "0"),
        },
    ];

    /// <summary>Whether a release, and a feed with such an initial scan, is affected.</summary>
    public bool Concerns(ReleaseNumber release, string scan) =>
        (Scans.Count == 0 || Scans.Contains(scan, StringComparer.Ordinal))
        && Affected.Any(
            range => range.Major == release.Major && range.Minor == release.Minor && release.Patch >= range.From
            && release.Patch <= range.Through);
}
