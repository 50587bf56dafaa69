using Failback.Testing.Captures;
using Xunit;

namespace Failback.Tests.Testing;

public sealed class CaptureTests
{
    public static TheoryData<string> Names => [.. Capture.Names];

    [Theory, MemberData(nameof(Names))]
    public void The_last_resolved_timestamp_comes_after_every_row(string name)
    {
        Capture capture = Capture.Load(name);
        int last = capture.Requests.ToList().FindLastIndex(r => r.Rows > 0);
        Assert.Contains(capture.Requests.Skip(last), r => r.Resolved == capture.LastResolved);
        Assert.NotEmpty(capture.Final);
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_table_of_the_capture_has_a_target(string name) =>
        Assert.Equal(
            Capture.Load(name).Final.Keys.Order(StringComparer.Ordinal), CaptureTarget.For(name).Tables.Order(StringComparer.Ordinal));

    [Fact]
    public void A_changed_value_a_missing_row_and_a_row_too_many_are_found()
    {
        CaptureTable table = Capture.Load("j_bulk").Final["events"];
        List<string?[]> rows = [.. table.Rows.Select(r => (string?[])[.. r])];
        rows[3][1] = "changed";
        rows.RemoveAt(5);
        rows.Add([.. rows[0]]);
        rows[^1][0] = "ffffffff-0000-4000-8000-000000000000";
        Assert.Equal(3, CaptureComparer.Compare(CaptureTarget.For("j_bulk"), table, rows).Count);
        Assert.Empty(CaptureComparer.Compare(CaptureTarget.For("j_bulk"), table, table.Rows));
    }

    [Fact]
    public void Requests_that_failed_at_the_time_are_replayed_too() =>
        Assert.Equal(36, Capture.Load("d_500_restart").Requests.Count(r => r.Status == 500));
}
