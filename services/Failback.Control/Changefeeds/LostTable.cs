using System.Text.RegularExpressions;
using Failback.Contracts.Api;

namespace Failback.Control.Changefeeds;

/// <summary>
/// A feed that is over, or was paused by its <c>on_error</c>, because a table it watched was dropped or truncated: no row says so, so the
/// target still has the rows.
/// </summary>
internal static partial class LostTable
{
    /// <summary>What to do about it; null: the feed ended for another reason.</summary>
    public static Trouble? Of(ManagedFeed feed)
    {
        Match match = Reason().Match(feed.Error ?? "");
        if (!match.Success) match = Reason().Match(feed.RunningStatus ?? "");
        if (!match.Success) return null;
        string table = match.Groups["table"].Value;
        string goOn =
            $"POST …/stop, PUT the definition without the table (tableExclusionFilter), POST …/start: the other tables go on from "
                + $"{feed.HighWater ?? feed.Cursor ?? "the beginning"}";
        return match.Groups["act"].Value.StartsWith("dropped", StringComparison.Ordinal)
            ? new Trouble(
                "source_table_dropped", table,
                $"in CockroachDB {table} was {match.Groups["act"].Value}, which ended changefeed {feed.JobId}; the target keeps its "
                + $"rows. {goOn}. If the table was "
                    + $"made again or emptied, empty it in the target, PUT the definition with it and POST …/start?scanAdded=true")
            : new Trouble(
                "source_table_truncated", table,
                $"{table} was truncated at the source, which ended changefeed {feed.JobId}; the target keeps its rows. {goOn}. Then "
                    + $"empty the table in the target, PUT the definition with it and POST …/start?scanAdded=true, which sends the rows "
                    + $"it has");
    }

    // As CockroachDB words it: "db.public.t" was truncated.
    [GeneratedRegex("\"(?<table>[^\"]+)\" was (?<act>dropped or truncated|dropped|truncated)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Reason();
}
