using Failback.Contracts.Api;
using System.Data.Common;
using Failback.Contracts.Control;
using Failback.Control.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Registry;
using Failback.Control.Status;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>One snapshot serves all readers, shows what was stored before it was asked for, and says when it is out of date.</summary>
public sealed class StatusBoardTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly StatusFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public async Task Readers_share_one_snapshot_until_something_changes()
    {
        _state.Store.Save(StateFolder.Record("shop"));
        StatusSnapshot first = await _state.Board.CurrentAsync(Token);
        Assert.Same(first, await _state.Board.CurrentAsync(Token));
        FailbackRecord saved = _state.Store.Save(first.Failbacks[0].Failback with { State = RunState.Running });
        StatusSnapshot second = await _state.Board.CurrentAsync(Token);
        Assert.Equal((saved.Revision, RunState.Running), (second.Find("shop")!.Failback.Revision, second.Find("shop")!.Failback.State));
        Assert.Equal(RunState.Created, first.Find("shop")!.Failback.State);
    }

    [Fact]
    public async Task What_another_control_has_stored_is_shown_at_once()
    {
        await _state.Board.CurrentAsync(Token);
        // Another process counts changes of its own; the revision is common to all.
        long changes = _state.Database.Changes.Count;
        _state.Database.Execute(
            "INSERT INTO failback (name, revision, webhook_path, body) VALUES ($1, 7, $1, $2)", "shop",
            System.Text.Json.JsonSerializer.Serialize(StateFolder.Record("shop") with { Revision = 7 }, ApiJson.Options));
        _state.Database.Execute("UPDATE revision SET last = 7");
        Assert.Equal(changes, _state.Database.Changes.Count);
        Assert.Equal(7, (await _state.Board.RequireAsync("shop", Token)).Failback.Revision);
    }

    [Fact]
    public async Task A_changefeed_that_was_stored_is_shown_at_once_although_the_revision_stays()
    {
        FailbackRecord failback = _state.Store.Save(StateFolder.Record("shop") with
        {
            Definition = new SealedDefinition(
                new FailbackDefinition { Target = "postgres://u:***@h/d", Changefeed = new ChangefeedDefinition { Managed = true } }, ""),
        });
        Assert.Null((await _state.Board.RequireAsync("shop", Token)).Feed);
        _state.Feeds.Save("shop", new ManagedFeed { JobId = "1" });
        Assert.Equal("1", (await _state.Board.RequireAsync("shop", Token)).Feed!.JobId);
        Assert.Equal("1", _state.Board.Of(failback).Feed!.JobId);
    }

    [Fact]
    public async Task What_is_being_deleted_and_what_is_gone_is_not_shown()
    {
        FailbackRecord failback = _state.Store.Save(StateFolder.Record("shop"));
        await _state.Board.RequireAsync("shop", Token);
        _state.Store.Save(failback with { State = RunState.Deleted });
        Assert.Equal("no_such_failback", (await Assert.ThrowsAsync<ApiException>(() => _state.Board.RequireAsync("shop", Token))).Code);
        _state.Store.Remove("shop");
        Assert.Empty((await _state.Board.CurrentAsync(Token)).Failbacks);
    }

    [Fact]
    public async Task Failbacks_come_by_name()
    {
        foreach (string name in (string[])["b", "a-2", "a"]) _state.Store.Save(StateFolder.Record(name));
        Assert.Equal(["a", "a-2", "b"], (await _state.Board.CurrentAsync(Token)).Failbacks.Select(status => status.Failback.Name));
    }

    [Fact]
    public async Task A_snapshot_of_a_process_that_stood_still_is_replaced_before_it_is_shown()
    {
        StatusSnapshot before = await _state.Board.CurrentAsync(Token);
        _state.Time.Step(StatusBoard.FreshFor);
        Assert.False(_state.Board.IsFresh(before));
        StatusSnapshot after = await _state.Board.CurrentAsync(Token);
        Assert.Equal(_state.Time.GetUtcNow(), after.ComputedAt);
        Assert.True(_state.Board.IsFresh(after));
    }

    [Fact]
    public async Task While_the_state_cannot_be_read_the_snapshot_says_so_and_no_caller_gets_the_old_one()
    {
        _state.Store.Save(StateFolder.Record("shop"));
        StatusSnapshot before = await _state.Board.RefreshAsync(Token);
        _state.Hide(true);
        _state.Time.Step(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<DbException>(() => _state.Board.RefreshAsync(Token));
        StatusSnapshot unknown = await _state.Board.AfterAsync(before, Token);
        Assert.Equal((false, "SqliteException", before.ComputedAt), (unknown.IsKnown, unknown.Failure, unknown.ComputedAt));
        Assert.False(_state.Board.IsFresh(unknown));
        await Assert.ThrowsAnyAsync<DbException>(() => _state.Board.CurrentAsync(Token));
        _state.Hide(false);
        StatusSnapshot again = await _state.Board.CurrentAsync(Token);
        Assert.True(_state.Board.IsFresh(again));
        Assert.NotNull(again.Find("shop"));
    }

    [Fact]
    public void Before_the_first_snapshot_nothing_is_known() => Assert.False(StatusSnapshot.None.IsKnown);

    [Fact]
    public async Task Many_who_wait_for_the_same_change_get_one_snapshot()
    {
        await _state.Board.CurrentAsync(Token);
        _state.Store.Save(StateFolder.Record("shop"));
        StatusSnapshot[] found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => _state.Board.CurrentAsync(Token))));
        Assert.Single(found.Distinct(ReferenceEqualityComparer.Instance));
        Assert.NotNull(found[0].Find("shop"));
    }

    [Fact]
    public async Task A_reader_that_waits_gets_the_next_snapshot_and_one_that_is_late_the_latest()
    {
        StatusSnapshot first = await _state.Board.CurrentAsync(Token);
        Task<StatusSnapshot> waiting = _state.Board.AfterAsync(first, Token);
        Assert.False(waiting.IsCompleted);
        StatusSnapshot second = await _state.Board.RefreshAsync(Token);
        Assert.Same(second, await waiting);
        Assert.Same(second, await _state.Board.AfterAsync(first, Token));
    }
}
