using Failback.Apply.Failures;
using Failback.Apply.Values;
using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Windows;

/// <summary>What is said of keys that cannot be read, with the way on. Names of columns, never values.</summary>
internal static class KeyProblems
{
    /// <summary>The key of a table is built in another way than it was.</summary>
    public static Failure Changed(TableName table, KeyShape shown, KeyShape known, IReadOnlyList<string> names, HlcTimestamp updated) =>
        new(
        FailureKind.Schema, LetterCodes.KeyChanged,
        $"rows of {table} as of {updated} have the key [{Text(shown, names)}], [{Text(known, names)}] was known: compare rows deleted "
        + $"since "
            + $"the source's key was altered, write the new key into tables[].key (managed: start reads it), then stop and start");

    /// <summary>No order of the parts explains a row.</summary>
    public static Failure Mismatch(TableName table, int parts, IReadOnlyList<string> names) => new(
        FailureKind.Schema, LetterCodes.KeyMismatch,
        $"the {parts} parts of a key of {table} are not the row's {string.Join(", ", names)}: write the source's key columns, in the order "
            + $"of its primary key, into tables[].key (managed: start reads them), then stop and start");

    /// <summary>A delete whose key names no row for certain.</summary>
    /// <param name="isKnown">Keys with as many parts are known, in two orders.</param>
    /// <param name="names">Key columns.</param>
    public static Failure Doubt(bool isKnown, IReadOnlyList<string> names) => isKnown
        ? new Failure(
            FailureKind.Data, LetterCodes.KeyChanged,
            "the source's key was altered, and no row shows whether this delete came before or after it: compare the rows that it may "
            + "mean, "
                + "delete the one that is gone, and discard the letter")
        : new Failure(
            FailureKind.Data, LetterCodes.KeyUnknown,
            $"no row has shown yet which part of the key is which of {string.Join(", ", names)}: reread the letter");

    /// <summary>The target's key has columns that the source's has not.</summary>
    public static ValueException Lacking(KeyShape shape, IReadOnlyList<string> names) => new(
        $"the key has no part for {string.Join(", ", names.Where((_, i) => shape.Positions[i] == KeyShape.None))} of the target's primary "
            + $"key: give the changefeed the option diff, so that deletes carry the former row");

    private static string Text(KeyShape shape, IReadOnlyList<string> names) =>
        string.Join(", ", KeyOrders.PartsOf(shape, names).Select(n => n ?? "…"));
}
