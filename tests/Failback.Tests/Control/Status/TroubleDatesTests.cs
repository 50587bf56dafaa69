using Failback.Contracts.Api;
using Failback.Control.Status;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>A trouble keeps its age while it lasts, also over a restart of control, and begins anew when it comes back.</summary>
public sealed class TroubleDatesTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(1);

    private readonly List<FailbackEvent> _events = [];

    [Fact]
    public void A_trouble_is_as_old_as_its_first_sight_and_new_when_it_comes_back()
    {
        var dates = new TroubleDates(_ => _events);
        Assert.Equal(Start, Stamp(dates, 0, new Trouble("a", null, "m")));
        Assert.Equal(Start, Stamp(dates, 5, new Trouble("a", null, "another text")));
        Assert.Null(Stamp(dates, 6));
        Assert.Equal(Start.AddSeconds(7), Stamp(dates, 7, new Trouble("a", null, "m")));
    }

    [Fact]
    public void What_a_part_itself_dates_keeps_that_date()
    {
        var dates = new TroubleDates(_ => _events);
        Assert.Equal(Start.AddSeconds(-30), Stamp(dates, 0, new Trouble("a", null, "m") { Since = Start.AddSeconds(-30) }));
    }

    [Fact]
    public void What_usually_passes_is_a_trouble_only_when_it_lasts()
    {
        var dates = new TroubleDates(_ => _events);
        var sign = new TroubleSign(new Trouble("a", "t", "m")) { After = TimeSpan.FromSeconds(10) };
        Assert.Empty(dates.Stamp("shop", [sign], Start));
        Assert.Empty(dates.Stamp("shop", [sign], Start.AddSeconds(9)));
        Assert.Equal(Start, Assert.Single(dates.Stamp("shop", [sign], Start.AddSeconds(10))).Since);
        Assert.Empty(dates.Stamp("shop", [], Start.AddSeconds(11)));
        Assert.Empty(dates.Stamp("shop", [sign], Start.AddSeconds(12)));
    }

    [Fact]
    public void A_restarted_control_knows_from_the_events_since_when_and_takes_nothing_that_is_over_for_old()
    {
        _events.Add(FailbackEvent.OfTrouble(new Trouble("a", "t", "m"), Start.AddHours(-2)));
        _events.Add(FailbackEvent.OfEnd(("a", "t"), Start.AddHours(-1.5)));
        _events.Add(FailbackEvent.OfTrouble(new Trouble("a", "t", "m"), Start.AddHours(-1)));
        _events.Add(FailbackEvent.OfTrouble(new Trouble("b", null, "m"), Start.AddHours(-3)));
        _events.Add(FailbackEvent.OfEnd(("b", null), Start.AddHours(-2)));
        var dates = new TroubleDates(_ => _events);
        Assert.Equal(Start.AddHours(-1), Stamp(dates, 0, new Trouble("a", "t", "m")));
        Assert.Equal(Start.AddSeconds(1), Stamp(dates, 1, new Trouble("b", null, "m")));
    }

    [Fact]
    public void A_failback_that_was_deleted_leaves_no_dates_to_the_next_of_its_name()
    {
        var dates = new TroubleDates(_ => []);
        Stamp(dates, 0, new Trouble("a", null, "m"));
        dates.Keep(new HashSet<string>(StringComparer.Ordinal));
        Assert.Equal(Start.AddSeconds(9), Stamp(dates, 9, new Trouble("a", null, "m")));
    }

    private static DateTimeOffset? Stamp(TroubleDates dates, int seconds, params Trouble[] troubles) => dates
        .Stamp("shop", troubles.Select(trouble => new TroubleSign(trouble)), Start.AddSeconds(seconds)).SingleOrDefault()?.Since;
}
