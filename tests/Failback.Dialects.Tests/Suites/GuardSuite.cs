using Failback.Apply.Staging;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Xunit;
using static Failback.Dialects.Tests.Suites.EngineHarness;

namespace Failback.Dialects.Tests.Suites;

/// <summary>Versions, waiting rows and accounting outside whole windows.</summary>
public abstract class GuardSuite(ITargetFixture fixture)
{
    private const string Family = """
        CREATE TABLE parent (id int PRIMARY KEY, note varchar(20));
        CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, FOREIGN KEY (parent_id) REFERENCES parent (id));
        """;

    [Fact]
    public async Task An_older_version_that_arrives_later_changes_nothing()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "newer"}""", version: 5_000));
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "older"}"""));
        Assert.Equal(["1|newer"], await engine.RowsAsync("SELECT id, note FROM parent"));
        Assert.Equal(new Counters(2, 1, 1, 0, 0), engine.TableOf("parent").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_late_older_insert_does_not_bring_a_deleted_row_back()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Delete("parent", "[1]", version: 5_000));
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "back"}"""));
        await engine.WindowAsync(Put("parent", "[1]", """{"id": 1, "note": "back again"}"""));
        Assert.Empty(await engine.RowsAsync("SELECT id FROM parent"));
    }

    /// <summary>A source key that is wider than the target's, as with regions: the row moves, one timestamp, two requests.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_row_and_a_delete_with_one_timestamp_end_as_the_row_in_either_order(bool deletedFirst)
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "old"}"""));
        Change Arriving(bool isDelete, int version) =>
            isDelete ? Delete("parent", "[1]", version) : Put("parent", "[1]", """{"id": 1, "note": "moved"}""", version: version);
        await engine.BatchAsync(Arriving(deletedFirst, version: 2_000));
        await engine.BatchAsync(Arriving(!deletedFirst, version: 1_000));
        Assert.Equal(["1|moved"], await engine.RowsAsync("SELECT id, note FROM parent"));
        Assert.Equal(new Counters(3, deletedFirst ? 3 : 2, deletedFirst ? 0 : 1, 0, 0), engine.TableOf("parent").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_row_settles_the_letter_of_a_delete_with_its_timestamp()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "old"}"""), Put("child", "[5]", """{"id": 5, "parent_id": 1}"""));
        HlcTimestamp at = engine.Now;
        await engine.BatchAsync(Delete("parent", "[1]") with { Updated = at });
        Assert.Equal(1, engine.Letters.Single().Waiting);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "moved"}""") with { Updated = at });
        Assert.Empty(engine.Letters);
        await engine.BatchAsync(Delete("child", "[5]"));
        Assert.Equal(0, await engine.RetryWaitingAsync());
        Assert.Equal(["1|moved"], await engine.RowsAsync("SELECT id, note FROM parent"));
    }

    [Fact]
    public async Task A_delete_does_not_settle_the_letter_of_a_row_with_its_timestamp()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        HlcTimestamp at = engine.Now;
        await engine.BatchAsync(Put("child", "[5]", """{"id": 5, "parent_id": 7}""") with { Updated = at });
        await engine.BatchAsync(Delete("child", "[5]") with { Updated = at });
        Assert.Equal(1, engine.Letters.Single().Waiting);
        await engine.BatchAsync(Put("parent", "[7]", """{"id": 7, "note": "p"}"""));
        Assert.Equal(1, await engine.RetryWaitingAsync());
        Assert.Equal(["5|7"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_row_and_a_delete_with_one_timestamp_that_are_both_refused_the_row_is_the_letter(bool deletedFirst)
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE parent (id int PRIMARY KEY, note varchar(20) NOT NULL);
            CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, FOREIGN KEY (parent_id) REFERENCES parent (id));
            INSERT INTO parent VALUES (1, 'old');
            INSERT INTO child VALUES (5, 1);
            """);
        HlcTimestamp at = engine.Now;
        Change Arriving(bool isDelete) =>
            (isDelete ? Delete("parent", "[1]") : Put("parent", "[1]", """{"id": 1, "note": null}""")) with { Updated = at };
        await engine.BatchAsync(Arriving(deletedFirst));
        await engine.BatchAsync(Arriving(!deletedFirst));
        DeadLetter letter = Assert.Single(await engine.FindLettersAsync(new DeadLetterFilter(), withRows: true));
        Assert.False(letter.IsDelete);
        Assert.Contains("note", letter.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_are_forgotten_once_the_resolved_timestamp_has_passed_them()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1, "note": "a"}"""));
        Assert.Equal(["1"], await engine.RowsAsync($"SELECT count(*) FROM {engine.StagingTable("row_version")}"));
        await engine.WindowAsync(Put("parent", "[2]", """{"id": 2, "note": "b"}"""));
        Assert.Equal(["0"], await engine.RowsAsync($"SELECT count(*) FROM {engine.StagingTable("row_version")}"));
    }

    [Fact]
    public async Task A_child_waits_for_its_parent_and_goes_in_with_it()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("child", "[1]", """{"id": 1, "parent_id": 7}"""));
        Assert.Equal(1, engine.Letters.Single().Waiting);
        Assert.Equal(0, await engine.RetryWaitingAsync());
        await engine.BatchAsync(Put("parent", "[7]", """{"id": 7, "note": "p"}"""));
        Assert.Equal(1, await engine.RetryWaitingAsync());
        Assert.Equal(["1|7"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Empty(engine.Letters);
        Assert.Equal(new Counters(1, 1, 0, 0, 0), engine.TableOf("child").Checkpoint.Counters);
    }

    [Fact]
    public async Task Letters_are_found_tried_again_and_given_up()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.WindowAsync(
            Put("child", "[1]", """{"id": 1, "parent_id": 7}"""), Put("child", "[2]", """{"id": 2, "parent_id": 8}"""));
        IReadOnlyList<DeadLetter> open = await engine.FindLettersAsync(new DeadLetterFilter { State = LetterState.Open });
        DeadLetter first = open.Single(l => l.Key == "[1]"), second = open.Single(l => l.Key == "[2]");
        Assert.Equal((null, false, LetterState.Open, null), (first.After, first.IsDelete, first.State, first.Reason));
        Assert.Contains(
            "parent_id", (await engine.FindLettersAsync(new DeadLetterFilter { Ids = [first.Id] }, withRows: true)).Single().After,
            StringComparison.Ordinal);
        Assert.Equal(open[1].Id, (await engine.FindLettersAsync(new DeadLetterFilter(), after: open[0].Id)).Single().Id);
        Assert.Equal(
            open[0].Id,
            (await engine.FindLettersAsync(
                new DeadLetterFilter { Table = first.Table, ErrorClass = first.ErrorClass }, limit: 1)).Single().Id);
        Assert.Empty(await engine.FindLettersAsync(new DeadLetterFilter { Table = "else.where" }));
        Assert.Empty(await engine.FindLettersAsync(new DeadLetterFilter { ErrorClass = "None" }));
        Assert.Empty(await engine.FindLettersAsync(new DeadLetterFilter { Before = first.CreatedAt }));
        Assert.Equal(2, (await engine.FindLettersAsync(new DeadLetterFilter { Before = first.CreatedAt.AddHours(1) })).Count);

        await engine.WindowAsync(Put("parent", "[7]", """{"id": 7, "note": "p"}"""));
        await engine.ChangeLetterAsync(first.Id, LetterState.Waiting);
        Assert.Equal(1, await engine.RetryWaitingAsync());
        await engine.ChangeLetterAsync(second.Id, LetterState.Discarded, "not needed");
        Assert.Equal(["1|7"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Empty(engine.Letters);
        Assert.Equal(first.Id, (await engine.FindLettersAsync(new DeadLetterFilter { State = LetterState.Applied })).Single().Id);
        Assert.Equal("not needed", (await engine.FindLettersAsync(new DeadLetterFilter { State = LetterState.Discarded })).Single().Reason);
    }

    [Fact]
    public async Task A_waiting_row_is_settled_by_a_newer_version_of_it()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("child", "[1]", """{"id": 1, "parent_id": 7}"""));
        await engine.BatchAsync(Delete("child", "[1]"));
        Assert.Empty(engine.Letters);
        Assert.Equal(new Counters(2, 1, 1, 0, 0), engine.TableOf("child").Checkpoint.Counters);
    }

    [Fact]
    public async Task A_waiting_row_that_nothing_can_help_becomes_a_dead_letter()
    {
        await using EngineHarness engine = await StartAsync(fixture, Family);
        await engine.BatchAsync(Put("child", "[1]", """{"id": 1, "parent_id": 7}"""));
        await engine.WindowAsync(Put("parent", "[1]", """{"id": 1, "note": "x"}"""));
        for (int i = 0; i < 25 && engine.Letters.Single().Open == 0; i++) await engine.RetryWaitingAsync();
        Assert.Equal(1, engine.Letters.Single().Open);
        Assert.Equal(1, engine.TableOf("child").Checkpoint.Counters.DeadLettered);
    }

    [Fact]
    public async Task A_stale_delete_takes_no_children_along_that_were_written_later()
    {
        await using EngineHarness engine = await StartAsync(fixture, """
            CREATE TABLE parent (id int PRIMARY KEY);
            CREATE TABLE child (id int PRIMARY KEY, parent_id int NOT NULL, FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE);
            INSERT INTO parent VALUES (1);
            """);
        await engine.BatchAsync(Put("child", "[5]", """{"id": 5, "parent_id": 1}""", version: 9_000));
        await engine.BatchAsync(Delete("parent", "[1]"));
        Assert.Equal(["5|1"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
        Assert.Equal(1, engine.Letters.Single().Waiting);
        await engine.BatchAsync(Put("parent", "[1]", """{"id": 1}"""));
        Assert.Empty(engine.Letters);
        Assert.Equal(["5|1"], await engine.RowsAsync("SELECT id, parent_id FROM child"));
    }
}
