using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Registry;

namespace Failback.Control.Lifecycle;

/// <summary>From where a feed is made anew, as the target proves it.</summary>
/// <param name="From">Latest timestamp that was known; null: none.</param>
/// <param name="To">Begin of the new feed: the target has everything at or before it.</param>
/// <param name="Read">Checkpoints of the failback's tables as the target has them.</param>
/// <param name="SetBack">Tables whose checkpoint goes back to <paramref name="To"/>.</param>
/// <param name="Epoch">New epoch, above all that are known.</param>
/// <param name="Revision">Highest revision that is known.</param>
internal sealed record RewindPlan(
    HlcTimestamp? From, HlcTimestamp To, IReadOnlyList<TableWitness> Read, IReadOnlyList<string> SetBack, long Epoch, long Revision)
{
    private const string Anew =
        "define the failback anew with another staging schema and load its tables anew, as on the first day";

    /// <summary>Decides from what the target shows and what was known.</summary>
    /// <param name="failback">The failback.</param>
    /// <param name="wish">What the caller wants.</param>
    /// <param name="shown">Checkpoints that the target has.</param>
    /// <param name="known">Witnesses of control.</param>
    /// <param name="now">The time of the call.</param>
    /// <exception cref="ApiException">The target proves no beginning, or not the one that is wished for.</exception>
    public static RewindPlan Of(
        FailbackRecord failback, RewindRequest wish, IReadOnlyList<TableWitness> shown, IReadOnlyList<TableWitness> known,
        DateTimeOffset now)
    {
        string[] tables = [.. failback.Tables.Select(table => table.Target)];
        string[] setBack = [.. wish.Tables ?? tables];
        if (setBack.FirstOrDefault(name => !tables.Contains(name, StringComparer.Ordinal)) is { } stranger)
            throw new ApiException(
                404, "no_such_table", $"failback {failback.Name} has no table {stranger}",
                $"GET /api/v1/failbacks/{failback.Name}/tables lists them");
        TableWitness[] read = [.. shown.Where(witness => tables.Contains(witness.Table, StringComparer.Ordinal))];
        if (tables.FirstOrDefault(name => Resolved(read.FirstOrDefault(witness => witness.Table == name)) == default) is { } without)
            throw Unprovable($"the target has no checkpoint of {without}", Anew);
        HlcTimestamp proven = read.Min(Resolved);
        HlcTimestamp to = proven;
        if (wish.To is not null && !HlcTimestamp.TryParse(wish.To, out to))
            throw Unprovable($"to: '{wish.To}' is not a timestamp of the form wall.logical", "correct to, then repeat the call");
        if (to > proven)
            throw Unprovable(
                $"the target is proven through {proven} and not through {to}", $"repeat the call without to, or with {proven}");
        if (to > HlcTimestamp.FromTime(now))
            throw Unprovable(
                $"the checkpoint {to} is in the future",
                "repeat the call with to: a time before the changes that are missing, which CockroachDB still keeps");
        HlcTimestamp[] late = [.. read.Concat(known).Select(Resolved).Where(resolved => resolved != default)];
        return new RewindPlan(
            late.Length == 0 ? null : late.Max(), to, read, setBack, read.Concat(known).Max(witness => witness.Epoch) + 1,
            read.Concat(known).Max(witness => witness.Revision));
    }

    private static HlcTimestamp Resolved(TableWitness? witness) =>
        HlcTimestamp.TryParse(witness?.Resolved, out HlcTimestamp value) ? value : default;

    private static ApiException Unprovable(string what, string remedy) => new(409, "rewind_unprovable", what, remedy);
}
