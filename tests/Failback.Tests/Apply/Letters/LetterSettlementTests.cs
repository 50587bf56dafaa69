using Failback.Apply.Dialects;
using Failback.Apply.Letters;
using Failback.Apply.Staging;
using Failback.Apply.Windows;
using Failback.Contracts.Control;
using Failback.Contracts.Words;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Failback.Tests.Apply.Letters;

/// <summary>What an operator's word does to letters in every state, and how the counters of their tables follow.</summary>
public sealed class LetterSettlementTests
{
    private readonly List<KnownVersion> _versions = [];
    private readonly List<DeadLetter> _letters = [];
    private StubDialect _dialect = new();
    private StubLetters _store = new([], []);

    /// <summary>New state of the letter, or the state with which it is refused; what is added to the dead-lettered of its table.</summary>
    [Theory]
    [InlineData(LetterAction.Replay, LetterState.Open, "Waiting", null, -1)]
    [InlineData(LetterAction.Reread, LetterState.Open, "Waiting", null, -1)]
    [InlineData(LetterAction.Discard, LetterState.Open, "Discarded why ops", null, 0)]
    [InlineData(LetterAction.Replay, LetterState.Waiting, null, LetterRefusal.Waiting, 0)]
    [InlineData(LetterAction.Reread, LetterState.Waiting, null, LetterRefusal.Waiting, 0)]
    [InlineData(LetterAction.Discard, LetterState.Waiting, "Discarded why ops", null, 1)]
    [InlineData(LetterAction.Replay, LetterState.Superseded, null, LetterRefusal.Superseded, 0)]
    [InlineData(LetterAction.Discard, LetterState.Superseded, null, LetterRefusal.Superseded, 0)]
    [InlineData(LetterAction.Replay, LetterState.Applied, null, LetterRefusal.Applied, 0)]
    [InlineData(LetterAction.Discard, LetterState.Applied, null, LetterRefusal.Applied, 0)]
    [InlineData(LetterAction.Replay, LetterState.Discarded, null, LetterRefusal.Discarded, 0)]
    [InlineData(LetterAction.Reread, LetterState.Discarded, null, LetterRefusal.Discarded, 0)]
    [InlineData(LetterAction.Discard, LetterState.Discarded, null, LetterRefusal.Discarded, 0)]
    public async Task Only_open_letters_are_settled_and_waiting_ones_only_given_up(
        LetterAction action, LetterState state, string? becomes, LetterRefusal? refused, long dead)
    {
        Letter(1, state, 10);
        SettledDeadLetters settled = await SettleAsync(action, 1);
        Assert.Equal((becomes, refused), (_store.Changed.GetValueOrDefault(1), Refusal(settled)));
        Assert.Equal(becomes is null ? [] : [1L], settled.Done);
        Assert.Equal(dead, _dialect.Store.Counted.Sum(c => c.Added.DeadLettered));
    }

    [Theory]
    [InlineData(LetterAction.Replay)]
    [InlineData(LetterAction.Reread)]
    public async Task A_letter_that_was_overtaken_is_superseded_instead(LetterAction action)
    {
        Letter(1, LetterState.Open, 10);
        _versions.Add(Known(1, 0, 11, LetterState.Applied));
        SettledDeadLetters settled = await SettleAsync(action, 1);
        Assert.Equal((LetterRefusal.Superseded, "Superseded"), (settled.Refused[1], _store.Changed[1]));
        Assert.Equal(("shop.t", new Counters(0, 0, 1, 0, -1)), Assert.Single(_dialect.Store.Counted));
    }

    /// <summary>A row that changes its key over columns which the target lacks is a delete and a row with one timestamp.</summary>
    [Theory]
    [InlineData(false, true, "superseded")]
    [InlineData(true, false, "Waiting")]
    [InlineData(true, true, "Waiting")]
    public async Task A_delete_is_overtaken_by_a_row_with_its_timestamp_and_no_row_by_a_delete(
        bool appliedDelete, bool letterDelete, string becomes)
    {
        Letter(1, LetterState.Open, 10, letterDelete);
        _versions.Add(new KnownVersion(1, 0, new VersionRank(Sample.At(10), appliedDelete), LetterState.Applied));
        await SettleAsync(LetterAction.Replay, 1);
        Assert.StartsWith(becomes, _store.Changed[1], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>It was filed under a name that newer versions of the row do not have.</summary>
    [Theory]
    [InlineData(LetterAction.Replay, LetterCodes.KeyUnknown, true, false)]
    [InlineData(LetterAction.Reread, LetterCodes.KeyUnknown, true, true)]
    [InlineData(LetterAction.Discard, LetterCodes.KeyUnknown, true, true)]
    [InlineData(LetterAction.Replay, LetterCodes.KeyChanged, true, false)]
    [InlineData(LetterAction.Reread, LetterCodes.KeyChanged, true, false)]
    [InlineData(LetterAction.Discard, LetterCodes.KeyChanged, true, true)]
    [InlineData(LetterAction.Replay, LetterCodes.KeyUnknown, false, true)]
    [InlineData(LetterAction.Replay, "23505", true, true)]
    public async Task A_delete_that_named_no_row_is_not_tried_as_it_came(LetterAction action, string code, bool isDelete, bool isDone)
    {
        Letter(1, LetterState.Open, 10, isDelete);
        _letters[0] = _letters[0] with { ErrorCode = code };
        SettledDeadLetters settled = await SettleAsync(action, [new SourceImage(1, null)], 1);
        LetterRefusal why = code == LetterCodes.KeyChanged ? LetterRefusal.KeyChanged : LetterRefusal.KeyOrderUnknown;
        Assert.Equal(isDone ? null : why, Refusal(settled));
        Assert.Equal(isDone, settled.Done.Contains(1));
    }

    [Fact]
    public async Task A_letter_is_not_overtaken_by_an_older_version_or_by_one_that_another_row_has()
    {
        Letter(1, LetterState.Open, 10);
        _versions.AddRange(
            [Known(1, 0, 9, LetterState.Applied), Known(2, 0, 11, LetterState.Applied),
                Known(1, 3, 11, LetterState.Discarded)]);
        Assert.Equal([1L], (await SettleAsync(LetterAction.Replay, 1)).Done);
    }

    [Fact]
    public async Task An_overtaken_letter_may_still_be_given_up()
    {
        Letter(1, LetterState.Open, 10);
        _versions.Add(Known(1, 0, 11, LetterState.Applied));
        await SettleAsync(LetterAction.Discard, 1);
        Assert.Equal("Discarded why ops", _store.Changed[1]);
    }

    [Theory]
    [InlineData("""{"id":1}""", """{"id":1}""")]
    [InlineData(null, "")]
    public async Task A_reread_takes_the_row_of_the_source_or_its_absence(string? source, string image)
    {
        Letter(1, LetterState.Open, 10);
        await SettleAsync(LetterAction.Reread, [new SourceImage(1, source)], 1);
        Assert.Equal(image, _store.Replaced[1]);
    }

    [Fact]
    public async Task A_replay_leaves_the_image_as_it_was_received()
    {
        Letter(1, LetterState.Open, 10);
        await SettleAsync(LetterAction.Replay, [new SourceImage(1, "{}")], 1);
        Assert.Empty(_store.Replaced);
    }

    [Theory]
    [InlineData(new long[] { 1, 2 }, null)]
    [InlineData(new long[] { 1 }, LetterRefusal.Older)]
    public async Task A_reread_tries_the_newest_letter_of_a_row_which_settles_the_older_ones_too(long[] asked, LetterRefusal? refused)
    {
        Letter(1, LetterState.Open, 10);
        Letter(2, LetterState.Open, 11);
        _versions.AddRange(
            [Known(1, 1, 10, LetterState.Open), Known(1, 2, 11, LetterState.Open),
                Known(2, 2, 11, LetterState.Open)]);
        SettledDeadLetters settled = await SettleAsync(LetterAction.Reread, asked);
        Assert.Equal(refused, Refusal(settled));
        Assert.DoesNotContain(1L, _store.Changed.Keys);
        Assert.Equal(refused is null ? [1L, 2] : [], settled.Done);
    }

    [Fact]
    public async Task Letters_that_are_not_there_are_neither_done_nor_refused_and_nothing_is_locked()
    {
        SettledDeadLetters settled = await SettleAsync(LetterAction.Replay, 9);
        Assert.Equal((0, 0, 0), (settled.Done.Count, settled.Refused.Count, _dialect.Store.Calls.Count));
    }

    [Fact]
    public async Task The_tables_of_the_letters_are_locked_once_and_counted_each()
    {
        Letter(1, LetterState.Open, 10, table: "shop.a");
        Letter(2, LetterState.Waiting, 10, table: "shop.b");
        Letter(3, LetterState.Open, 11, table: "shop.a");
        await SettleAsync(LetterAction.Discard, 1, 2, 3);
        Assert.Equal(["lock shop.a shop.b", "count"], _dialect.Store.Calls);
        Assert.Equal([("shop.a", 0L), ("shop.b", 1L)], _dialect.Store.Counted.Select(c => (c.Table, c.Added.DeadLettered)));
    }

    private static LetterRefusal? Refusal(SettledDeadLetters settled) =>
        settled.Refused.TryGetValue(1, out LetterRefusal why) ? why : null;

    private static KnownVersion Known(long of, long letter, long updated, LetterState state) =>
        new(of, letter, new VersionRank(Sample.At(updated), Deleted: false), state);

    private void Letter(long id, LetterState state, long updated, bool isDelete = false, string table = "shop.t") =>
        _letters.Add(new DeadLetter
        {
            Id = id,
            Table = table,
            State = state,
            Updated = Sample.At(updated).ToString(),
            Key = "[1]",
            IsDelete = isDelete,
            Size = 8,
            ErrorClass = "Data",
            ErrorCode = "",
            ErrorMessage = "",
            Attempts = 1,
            CreatedAt = DateTimeOffset.UnixEpoch,
            ChangedAt = DateTimeOffset.UnixEpoch,
        });

    private Task<SettledDeadLetters> SettleAsync(LetterAction action, params long[] ids) => SettleAsync(action, [], ids);

    private async Task<SettledDeadLetters> SettleAsync(LetterAction action, SourceImage[] images, params long[] ids)
    {
        _store = new StubLetters(_letters, _versions);
        _dialect = new StubDialect { LetterStore = _store };
        await using var connection = new SqliteConnection("Data Source=:memory:");
        await connection.OpenAsync();
        var request = new SettleDeadLetters(new StagingPlace("shop", "", "s"), ids, action, "why") { By = "ops", Images = images };
        return await new LetterSettlement(_dialect, request).RunAsync(connection, CancellationToken.None);
    }
}
