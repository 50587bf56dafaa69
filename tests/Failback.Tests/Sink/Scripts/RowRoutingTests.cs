using System.Text;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Rows;
using Failback.Messaging.Publishing;
using Failback.Scripting.Batches;
using Failback.Sink.Bodies;
using Failback.Sink.Reading;
using Failback.Sink.Scripts;
using Failback.Sink.Settings;
using Microsoft.Extensions.Options;
using Xunit;

namespace Failback.Tests.Sink.Scripts;

public sealed class RowRoutingTests
{
    private const string Key = "[1, 2]";
    private const string After = """{"a":1,"b":2,"c":"x"}""";

    private static readonly TableRoute Own = new()
    {
        Source = "s.own",
        Target = "s.own",
        Queue = "own",
        SourceKey = ["a", "b"],
        TargetKey = ["b", "a"]
    };
    private static readonly TableRoute Other = new() { Source = "s.other", Target = "s.other", Queue = "other", TargetKey = ["b", "a"] };
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(Key + After);
    private static readonly RowSlice Upsert = new(
        new HlcTimestamp(7, 1), new ByteRange(0, Key.Length), new ByteRange(Key.Length, After.Length), default);
    private static readonly RowSlice Delete = Upsert with { After = default };

    [Fact]
    public void A_row_that_is_not_touched_travels_in_the_request_itself()
    {
        TableRows rows = Assert.Single(Route(Upsert, new ScriptRow(null, false, default, default)).Tables);
        Assert.Equal(("own", null), (rows.Queue, rows.Body));
        Assert.Equal(Upsert, Assert.Single(rows.Rows));
        Assert.Null(Assert.Single(Route(Upsert, new ScriptRow("OWN", false, default, default)).Tables).Body);
    }

    [Fact]
    public void A_row_for_another_table_has_the_key_of_that_table()
    {
        Assert.Equal(("other", "[2,1]", After), Single(Route(Upsert, new ScriptRow("other", false, default, default))));
        Assert.Equal(
            ("other", "[9,1]", """{"b":9,"a":"1"}"""),
            Single(Route(Upsert, new ScriptRow("s.other", false, default, """{"b":9,"a":"1"}"""u8.ToArray()))));
        Assert.Equal(
            ("own", "[1, 2]", """{"a":1,"b":2}"""),
            Single(Route(Upsert, new ScriptRow(null, false, default, """{"a":1,"b":2}"""u8.ToArray()))));
    }

    [Fact]
    public void A_delete_goes_with_its_key_in_the_order_of_the_table_or_with_the_columns_that_were_answered()
    {
        Assert.Equal(("other", "[2,1]", ""), Single(Route(Delete, new ScriptRow("other", true, default, default))));
        Assert.Equal(("other", "[8,7]", ""), Single(Route(Delete, new ScriptRow("other", true, default, """{"a":7,"b":8}"""u8.ToArray()))));
        Assert.Equal(("other", "[5,6]", ""), Single(Route(Delete, new ScriptRow("other", true, "[5,6]"u8.ToArray(), default))));
        Assert.Equal(("own", "[1, 2]", ""), Single(Route(Upsert, new ScriptRow(null, true, default, default))));
        Assert.Equal(
            ("own", "[1, 2]", """{"a":1,"b":2,"gone":true}"""),
            Single(Route(Delete, new ScriptRow(null, false, default, """{"a":1,"b":2,"gone":true}"""u8.ToArray()))));
    }

    [Fact]
    public void A_row_that_lacks_a_key_column_is_not_routed_at_all()
    {
        ScriptRow good = new("other", false, default, default);
        UnroutableRowException e = Assert.Throws<UnroutableRowException>(
            () => Route(Upsert, good, new ScriptRow("other", false, default, """{"b":1}"""u8.ToArray())));
        Assert.Contains("no value for a", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_that_the_failback_lacks_follows_its_policy()
    {
        Assert.Equal(422, Assert.Throws<RefusedException>(() => Route(Upsert, new ScriptRow("elsewhere", false, default, default))).Status);
        TableRows rows = Assert.Single(
            Route(Spec(UnknownTablePolicy.DeadLetter), Upsert, new ScriptRow("elsewhere", false, default, default)).Tables);
        Assert.Equal(("unknown", "elsewhere"), (rows.Queue, rows.UnknownTopic));
    }

    [Fact]
    public void Dropped_and_failed_rows_are_marked_and_go_to_their_own_table()
    {
        var made = new MadeBytes(new BodyBudget(Options.Create(new SinkOptions())));
        var rows = new RoutedRows(made);
        var routing = new RowRouting(Spec(UnknownTablePolicy.Reject));
        RowRouting.Drop(rows, Upsert, Own);
        RowRouting.Drop(rows, Upsert, null);
        routing.Fail(rows, Upsert, Body, Own, "s.own", "line 3: no");
        Assert.Throws<RefusedException>(() => routing.Fail(rows, Upsert, Body, null, "s.stray", "line 3: no"));
        ChangefeedBody content = rows.Complete(4);
        Assert.Equal(1, content.Uncounted);
        RowFrame[] frames = [.. content.Tables.SelectMany(table => table.Rows.Select(row => row.In(table.Body?.Memory ?? Body)))];
        Assert.True(frames[0] is { IsFiltered: true, IsDelete: true } && Text(frames[0].Key) == Key);
        Assert.Equal((true, "line 3: no", After), (frames[1].IsMarked, Text(frames[1].Note), Text(frames[1].After)));
        made.Release();
    }

    private static ChangefeedBody Route(RowSlice row, params ScriptRow[] made) => Route(Spec(UnknownTablePolicy.Reject), row, made);

    private static ChangefeedBody Route(FailbackSpec spec, RowSlice row, params ScriptRow[] made)
    {
        var rows = new RoutedRows(new MadeBytes(new BodyBudget(Options.Create(new SinkOptions()))));
        new RowRouting(spec).Make(rows, row, row.In(Body), spec.Tables[0], "s.own", made);
        return rows.Complete(1);
    }

    private static (string Queue, string Key, string After) Single(ChangefeedBody content)
    {
        TableRows table = Assert.Single(content.Tables);
        RowFrame frame = Assert.Single(table.Rows).In(table.Body?.Memory ?? Body);
        Assert.Equal(new HlcTimestamp(7, 1), frame.Updated);
        return (table.Queue, Text(frame.Key), Text(frame.After));
    }

    private static FailbackSpec Spec(UnknownTablePolicy policy) => new()
    {
        Name = "demo",
        Revision = 1,
        State = RunState.Running,
        WebhookPath = "/demo",
        Dialect = "postgres",
        SealedTarget = "",
        StagingSchema = "staging",
        UnknownTableQueue = "unknown",
        OnUnknownTable = policy,
        Script = new ScriptSpec(3, "", []),
        Tables = [Own, Other],
    };

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
