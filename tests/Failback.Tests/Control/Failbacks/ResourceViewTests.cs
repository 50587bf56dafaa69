using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Testing;
using Failback.Tests.Control.Status;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Control.Failbacks;

/// <summary>What the API says of a failback, from its record and what sinks and appliers reported.</summary>
public sealed class ResourceViewTests
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(11);

    private readonly SteppedTime _time = new(DateTimeOffset.UnixEpoch.AddSeconds(1000));
    private readonly ProgressBoard _board;
    private readonly PulseBoard _pulses;
    private readonly StatusReading _reading;
    private readonly ResourceView _view;

    public ResourceViewTests()
    {
        IOptions<ControlOptions> options = Options.Create(new ControlOptions());
        _board = new ProgressBoard(_time);
        _pulses = new PulseBoard(_time);
        _reading = Readings.Make(_board, _pulses, _time);
        _view = new ResourceView(options);
    }

    /// <summary>Seconds that each table has been applied through; an empty text: the table was never reported.</summary>
    [Theory]
    [InlineData("900", "800", "800", 200.0)]
    [InlineData("800", "900", "800", 200.0)]
    [InlineData("900", "", null, null)]
    [InlineData("", "", null, null)]
    [InlineData("900", "0", null, null)]
    [InlineData("2000", "2000", "2000", 0.0)]
    public void A_failback_is_where_its_last_table_is_and_unknown_as_soon_as_one_is(string a, string b, string? applied, double? lag)
    {
        if (a.Length > 0) Report("hr.a", seconds: long.Parse(a, null));
        if (b.Length > 0) Report("hr.b", seconds: long.Parse(b, null));
        FailbackResource shown = Shown(Running());
        Assert.Equal((applied is null ? null : $"{applied}000000000.0000000000", lag), (shown.AppliedResolved, shown.LagSeconds));
        Assert.Equal(shown.AppliedResolved, shown.ReceivedResolved);
    }

    [Fact]
    public void Totals_are_the_sums_of_the_tables_and_add_up()
    {
        Report("hr.a",
            new TableProgress { Table = "hr.a", Received = 15, Applied = 1, Superseded = 2, Filtered = 3, DeadLettered = 4, InFlight = 5 });
        Report("hr.b",
            new TableProgress
            {
                Table = "hr.b",
                Received = 150,
                Applied = 10,
                Superseded = 20,
                Filtered = 30,
                DeadLettered = 40,
                InFlight = 50
            });
        Assert.Equal(new RowTotals(165, 11, 22, 33, 44, 55), Shown(Running()).Totals);
    }

    /// <summary>Seconds since the state changed, and since the appliers reported; below zero: never.</summary>
    [Theory]
    [InlineData(RunState.Created, 100, -1, "idle", false)]
    [InlineData(RunState.Running, 1, -1, "starting", false)]
    [InlineData(RunState.Running, 11, -1, "silent", true)]
    [InlineData(RunState.Running, 100, 1, "catchUp", false)]
    [InlineData(RunState.Running, 100, 11, "silent", true)]
    [InlineData(RunState.Running, 1, 100, "starting", false)]
    [InlineData(RunState.Paused, 100, -1, "paused", false)]
    [InlineData(RunState.Paused, 100, 100, "paused", false)]
    [InlineData(RunState.Stopped, 100, 1, "catchUp", false)]
    [InlineData(RunState.Stopped, 100, 100, "idle", false)]
    public void Activity_is_what_appliers_report_and_silence_is_told(RunState state, int since, int reported, string activity, bool trouble)
    {
        DateTimeOffset changed = _time.GetUtcNow().AddSeconds(200 - since);
        _time.Step(TimeSpan.FromSeconds(200 - Math.Max(reported, 0)));
        if (reported >= 0) foreach (string table in (string[])["hr.a", "hr.b"]) Report(table, activity: "catchUp");
        _time.Step(TimeSpan.FromSeconds(Math.Max(reported, 0)));
        FailbackResource shown = Shown(Running() with { State = state, StateSince = changed });
        Assert.Equal((activity, trouble), (shown.Activity, shown.Errors.Any(e => e.Code == "applier_silent")));
    }

    [Fact]
    public void One_table_that_is_not_reported_any_more_is_silence_and_is_counted()
    {
        Report("hr.a");
        Report("hr.b");
        _time.Step(Silence);
        Report("hr.a");
        FailbackResource shown = Shown(Running());
        Assert.Equal("silent", shown.Activity);
        Assert.Contains("1 of 2 tables", Assert.Single(shown.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(["running", "silent"], Tables(Running()).Select(t => t.State));
    }

    /// <summary>Seconds since the state changed, and since the appliers reported.</summary>
    [Theory]
    [InlineData(1, 100, "running")]
    [InlineData(11, 100, "silent")]
    [InlineData(100, 11, "silent")]
    [InlineData(100, 1, "running")]
    public void A_table_is_silent_only_when_its_failback_has_run_long_enough_to_be_reported(int since, int reported, string state)
    {
        DateTimeOffset changed = _time.GetUtcNow().AddSeconds(reported - since);
        Report("hr.a", new TableProgress { Table = "hr.a", State = TableState.Running });
        _time.Step(TimeSpan.FromSeconds(reported));
        Assert.Equal(state, Tables(Running() with { StateSince = changed })[0].State);
    }

    [Theory]
    [InlineData(RunState.Running, "stopped", "stopped")]
    [InlineData(RunState.Running, "", "unknown")]
    [InlineData(RunState.Paused, "running", "paused")]
    [InlineData(RunState.Stopped, "running", "running")]
    public void A_table_is_in_the_state_that_was_reported_and_unknown_before(RunState state, string reported, string shown)
    {
        if (reported.Length > 0) Report("hr.a", new TableProgress { Table = "hr.a", State = Word.Parse<TableState>(reported) });
        Assert.Equal(shown, Tables(Running() with { State = state })[0].State);
    }

    [Fact]
    public void What_stops_a_table_is_a_trouble_of_the_failback_and_leaves_its_neighbour_alone()
    {
        Report("hr.a", new TableProgress { Table = "hr.a", State = TableState.Stopped, Error = "column x is missing" });
        Report("hr.b");
        Trouble trouble = Assert.Single(Shown(Running()).Errors);
        Assert.Equal(("table_stopped", "hr.a", "column x is missing"), (trouble.Code, trouble.Table, trouble.Message));
        Assert.Equal(_time.GetUtcNow(), trouble.Since);
        Assert.NotEmpty(trouble.Next!);
    }

    [Fact]
    public void Sinks_are_added_up_and_the_latest_refusal_is_shown()
    {
        Sink("a",
            new SinkProgress
            {
                Failback = "shop",
                Replica = "a",
                AcceptedRows = 1,
                AcceptedRequests = 2,
                RejectedRequests = 3,
                UnavailableRequests = 4,
                Resolved = "9.0",
                LastError = "first"
            });
        Sink("b",
            new SinkProgress
            {
                Failback = "shop",
                Replica = "b",
                AcceptedRows = 10,
                AcceptedRequests = 20,
                RejectedRequests = 30,
                UnavailableRequests = 40,
                Resolved = "10.0",
                LastError = "last"
            });
        Sink("c", new SinkProgress { Failback = "shop", Replica = "c" });
        SinkStatus shown = Shown(Running()).Sink;
        Assert.Equal(new SinkStatus(3, 11, 22, 33, 44, "10.0000000000", "last", _time.GetUtcNow()), shown);
    }

    [Fact]
    public void Without_a_report_of_a_sink_nothing_is_known_of_it() =>
    Assert.Equal(new SinkStatus(0, 0, 0, 0, 0, null, null, null), Shown(Running()).Sink);

    [Theory]
    [InlineData(2, 2, true)]
    [InlineData(1, 2, false)]
    public void A_userscript_that_stands_still_is_a_trouble_only_in_its_active_version(long failing, long active, bool trouble)
    {
        Report("hr.a");
        Report("hr.b");
        Sink("a", new SinkProgress { Failback = "shop", Replica = "a", ScriptVersion = failing, ScriptError = "line 3" });
        Sink("b", new SinkProgress { Failback = "shop", Replica = "b", ScriptVersion = failing, ScriptError = "line 3" });
        FailbackResource shown = Shown(Running() with { Script = new ScriptSpec(active, "", []) });
        Assert.Equal(trouble ? ["script_stopped"] : [], shown.Errors.Select(e => e.Code));
        Assert.Equal([failing], shown.Script!.RunBySinks);
    }

    private FailbackResource Shown(FailbackRecord failback)
    {
        _pulses.Take(new ServicePulse("sink", "s"));
        return _view.Of(_reading.Of(failback, null, _time.GetUtcNow()));
    }

    private TableResource[] Tables(FailbackRecord failback) =>
        [.. _reading.Of(failback, null, _time.GetUtcNow()).Tables.Select(ResourceView.Table)];

    private static FailbackRecord Running() =>
        StateFolder.Record("shop") with { State = RunState.Running, Tables = [Route("hr.a"), Route("hr.b")] };

    private static TableRoute Route(string table) => new() { Source = "public." + table, Target = table, Queue = "q." + table };

    private void Report(string table, long seconds = 900, string activity = "consistent") => Report(
        table, new TableProgress { Table = table, AppliedResolved = Text(seconds), ReceivedResolved = Text(seconds) }, activity);

    private void Report(string table, TableProgress progress, string activity = "consistent") =>
        _board.Take(
            new ApplierProgress
            {
                Failback = "shop",
                Replica = "r",
                Epoch = 1,
                Activity = activity,
                Tables = [progress with { Table = table }]
            });

    private void Sink(string replica, SinkProgress progress)
    {
        _time.Step(TimeSpan.FromSeconds(1));
        _board.Take(progress with { Replica = replica });
    }

    private static string Text(long seconds) => new HlcTimestamp(seconds * 1_000_000_000, 0).ToString();
}
