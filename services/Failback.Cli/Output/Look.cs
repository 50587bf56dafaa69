using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Cli.Output;

/// <summary>What was seen of a failback at one moment: everything that its screen and its line are made of.</summary>
/// <param name="Resource">The failback.</param>
/// <param name="Tables">Its tables; empty where they were not asked for.</param>
/// <param name="Rates">Rows applied a second by table; empty before the second look.</param>
/// <param name="Now">When.</param>
/// <param name="Zone">Time zone of the reader.</param>
internal sealed record Look(
    FailbackResource Resource, IReadOnlyList<TableResource> Tables, IReadOnlyDictionary<string, double> Rates, DateTimeOffset Now,
    TimeZoneInfo Zone)
{
    private const double LateAfter = 60;

    /// <summary>Rows applied a second over all tables; null before the second look.</summary>
    public double? Rate { get; init; }

    /// <summary>Rows that are set aside now; the counters also have those that were settled since.</summary>
    public long Open => Tables.Count > 0 ? Tables.Sum(table => table.OpenLetters) : OpenOf(Resource);

    /// <summary>Rows of a failback that are set aside now, as its troubles count them.</summary>
    public static long OpenOf(FailbackResource resource) =>
        resource.Errors.Where(trouble => trouble.Code == TroubleCodes.RowsSetAside).Sum(trouble => trouble.Count ?? 0);

    /// <summary>
    /// Says in a word how it stands, as control judges it from what it heard: <c>ok</c>, <c>behind</c>, <c>held</c> or <c>unknown</c>. A
    /// failback that is not to run has no such word; of a control of an earlier release, which does not judge, only its troubles are known.
    /// </summary>
    public (string Word, Ink Ink)? Standing()
    {
        if (Resource.State != FailbackState.Running) return Resource.Errors.Count > 0 ? ("troubled", Ink.Bad) : null;
        return Resource.Condition?.State switch
        {
            ConditionState.Unknown => ("unknown", Ink.Bad),
            ConditionState.Held => ("held", Ink.Bad),
            null when Resource.Errors.Count > 0 => ("held", Ink.Bad),
            null => ("unknown", Ink.Bad),
            ConditionState.CatchingUp => ("behind", Ink.Warning),
            _ => Resource.LagSeconds > LateAfter ? ("behind", Ink.Warning) : ("ok", Ink.Good),
        };
    }

    /// <summary>Returns <c>applied through 02:14:07 (1.2 s behind)</c>.</summary>
    public string Applied() => Amounts.Clock(Resource.AppliedResolved, Now, Zone) is { } time
        ? $"applied through {time} ({Amounts.Span(Resource.LagSeconds)} behind)"
        : "nothing applied yet";

    /// <summary>Returns what holds it and the command that leads on; null: nothing does.</summary>
    public string? Held()
    {
        long letters = Open;
        if (letters > 0)
        {
            string[] tables = [.. Tables.Where(table => table.OpenLetters > 0).Select(table => table.Table)];
            string where = tables.Length switch { 0 => "", 1 => $" in {tables[0]}", _ => $" in {tables.Length} tables" };
            return $"{Amounts.Count(letters)} {(letters == 1 ? "row" : "rows")} set aside{where} → failback dlq list {Resource.Name}";
        }

        if (Resource.Errors.Count == 0)
            return Resource.Condition is { State: ConditionState.Held } held
                ? $"{held.What}{(held.Next is { } next ? " → " + next : "")}"
                : null;
        Trouble first = Resource.Errors[0];
        string others = Resource.Errors.Count > 1 ? $" and {Resource.Errors.Count - 1} more" : "";
        return $"{first.Code}{(first.Table is { } table ? " " + table : "")}{others} → failback status {Resource.Name}";
    }
}
