using Failback.Cli.Output;
using Failback.Contracts;
using Failback.Contracts.Api;
using Failback.Contracts.Words;

namespace Failback.Tests.Cli.Output;

/// <summary>A failback at a quarter past two in the night, with as many tables as wanted; some of them are in trouble.</summary>
internal static class SampleFailback
{
    public static readonly DateTimeOffset Now = new(2026, 11, 29, 2, 14, 8, TimeSpan.Zero);

    public static Look Look(int tables, bool troubled = true)
    {
        TableResource[] all = [.. Enumerable.Range(0, tables).Select(i => Table(i, troubled))];
        long Sum(Func<TableResource, long> of) => all.Sum(of);
        var resource = new FailbackResource
        {
            Name = "shop",
            Revision = 7,
            State = FailbackState.Running,
            Condition = troubled
                ? new FailbackCondition(
                    ConditionState.Held, "dead_letters", Now.AddMinutes(-18), "rows are set aside", "failback dlq list shop")
                : new FailbackCondition(ConditionState.Ok, "ok", Now.AddHours(-1), "all parts are heard of", null),
            Activity = "consistent",
            Dialect = "postgres",
            WebhookUrl = "https://sink.example:30004/f/shop",
            WebhookPath = "/f/shop",
            StagingSchema = "_failback_1",
            CreatedAt = Now.AddDays(-1),
            UpdatedAt = Now.AddHours(-1),
            Definition = new FailbackDefinition { Target = "postgres://u:***@h/d" },
            ReceivedResolved = Hlc(0.4),
            AppliedResolved = Hlc(troubled ? 1104.5 : 1.2),
            LagSeconds = troubled ? 1104.5 : 1.2,
            Totals = new RowTotals(
                Sum(t => t.Received), Sum(t => t.Applied), Sum(t => t.Superseded), Sum(t => t.Filtered), Sum(t => t.DeadLettered),
                Sum(t => t.InFlight)),
            Sink = new SinkStatus(1, 0, 0, 0, 0, null, null, Now),
            Changefeed = new FeedResource { JobId = "882944000111", Status = "running", FeedLagSeconds = 0.8 },
            Errors = troubled
                ? [
                    new Trouble(
                        "table_stopped", "public.orders_00",
                        "the column note is missing in the target: ALTER TABLE public.orders_00 ADD COLUMN note text, then it goes on by "
                        + "itself "
                            + "within seconds; or PUT the definition with onUnknownColumn"),
                    new Trouble("feed_lagging", null, "no resolved timestamp for 130 s: see that the changefeed runs and reaches the sink"),
                    .. Enumerable.Range(1, tables > 12 ? 20 : 1).Select(i => new Trouble(
                        "table_retrying", $"public.orders_{i:00}",
                        "deadlock detected: it is tried again; a long transaction may hold its rows")),
                ]
                : [],
        };
        Dictionary<string, double> rates = all.ToDictionary(t => t.Table, t => t.State == "running" ? 80.0 + (t.Applied % 7) : 0);
        return new Look(resource, all, rates, Now, TimeZoneInfo.Utc) { Rate = rates.Values.Sum() };
    }

    private static TableResource Table(int index, bool troubled)
    {
        bool stopped = troubled && index == 0, letters = troubled && index is 3 or 7, retrying = troubled && index == 1;
        long received = 1_000_000 / (index + 1), aside = letters ? 3 : 0, flight = stopped ? 52_000 : index % 5;
        string name = index == 5
            ? "public.a_table_with_a_name_that_is_longer_than_any_column_of_a_usual_terminal"
            : $"public.orders_{index:00}";
        return new TableResource
        {
            Table = name,
            Source = name,
            Target = name,
            Queue = name,
            Received = received + flight + aside,
            Applied = received - (received / 10),
            Superseded = received / 10,
            Filtered = 0,
            DeadLettered = aside,
            OpenLetters = aside,
            InFlight = flight,
            AppliedResolved = index == 2 && troubled ? null : Hlc(stopped ? 1104.5 : 1 + (index % 3 / 10.0)),
            ReceivedResolved = Hlc(0.4),
            State = stopped ? "stopped" : retrying ? "retrying" : "running",
            Error = stopped ? "the column note is missing in the target" : null,
            UnknownColumns = [],
            AbsentColumns = [],
        };
    }

    private static string Hlc(double secondsAgo) => HlcTimestamp.FromTime(Now.AddSeconds(-secondsAgo)).ToString();
}
