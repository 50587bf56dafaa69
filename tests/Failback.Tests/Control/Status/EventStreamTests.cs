using Failback.Contracts.Api;
using System.Text;
using Failback.Contracts.Control;
using Failback.Control.Events;
using Failback.Control.Journal;
using Failback.Control.Registry;
using Failback.Control.Status;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Failback.Tests.Control.Status;

/// <summary>A viewer is served from the board: it costs the database nothing while nothing happens.</summary>
public sealed class EventStreamTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    private readonly StatusFolder _state = new();
    private readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(Token);
    private readonly MemoryStream _body = new();
    private FailbackRecord _failback;

    public EventStreamTests() => _failback = _state.Store.Save(StateFolder.Record("shop"));

    public void Dispose()
    {
        _state.Dispose();
        _gone.Dispose();
        _body.Dispose();
    }

    [Fact]
    public async Task The_state_comes_first_then_progress_and_no_query_is_made_while_nothing_happens()
    {
        Task stream = Follow();
        await ExpectAsync("event: state");
        _state.Database.Execute("ALTER TABLE event RENAME TO unseen");
        for (int i = 1; i <= 3; i++)
        {
            await NextAsync(TimeSpan.FromSeconds(1));
            await ExpectAsync("event: progress", i);
        }

        Assert.False(stream.IsCompleted);
        await EndAsync(stream);
    }

    [Fact]
    public async Task A_change_is_told_at_once_and_what_happened_stands_before_it()
    {
        Task stream = Follow();
        await ExpectAsync("event: state");
        _failback = _state.Store.Save(_failback with { State = RunState.Running });
        await NextAsync(TimeSpan.Zero);
        await ExpectAsync("event: state", 2);
        string text = Written();
        Assert.True(
            text.IndexOf("created became running", StringComparison.Ordinal) < text.LastIndexOf("event: state", StringComparison.Ordinal));
        await EndAsync(stream);
    }

    [Fact]
    public async Task More_snapshots_than_one_a_second_make_no_more_progress()
    {
        Task stream = Follow();
        await ExpectAsync("event: state");
        for (int i = 0; i < 5; i++) await NextAsync(TimeSpan.Zero);
        await NextAsync(TimeSpan.FromSeconds(1));
        await ExpectAsync("event: progress");
        Assert.Equal(1, Count("event: progress"));
        await EndAsync(stream);
    }

    [Fact]
    public async Task A_deleted_failback_ends_the_stream()
    {
        Task stream = Follow();
        await ExpectAsync("event: state");
        _state.Store.Save(_failback with { State = RunState.Deleted });
        await NextAsync(TimeSpan.Zero);
        await stream;
        Assert.Equal(1, Count("event: deleted"));
    }

    [Fact]
    public async Task When_the_state_cannot_be_read_the_stream_ends_instead_of_showing_the_old_one()
    {
        Task stream = Follow();
        await ExpectAsync("event: state");
        _state.Hide(true);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => _state.Board.RefreshAsync(Token));
        await stream;
        Assert.Equal((1, 0), (Count("event: state"), Count("event: progress")));
    }

    [Fact]
    public async Task More_events_than_are_read_at_once_all_come_before_the_state()
    {
        var events = new EventStore(_state.Database, _state.Time);
        events.Append("shop", [.. Enumerable.Range(0, 1200).Select(i => FailbackEvent.OfLetters("t", 1, i + 1, DateTimeOffset.UnixEpoch))]);
        Task stream = Follow(since: 0);
        await ExpectAsync("event: state");
        Assert.Equal(1201, Count("event: happened"));
        await EndAsync(stream);
    }

    private Task Follow(long? since = null)
    {
        var stream = new EventStream(
            _state.Board, new EventStore(_state.Database, _state.Time), new ResourceView(StatusFolder.Choices), _state.Time);
        HttpResponse response = new DefaultHttpContext().Response;
        response.Body = Stream.Synchronized(_body);
        return stream.WriteAsync("shop", since, EventStream.Types.ToHashSet(), response, _gone.Token);
    }

    private async Task NextAsync(TimeSpan later)
    {
        _state.Time.Step(later);
        await _state.Board.RefreshAsync(Token);
        // The stream waits again before it is given the next one.
        await Task.Delay(20, Token);
    }

    private async Task ExpectAsync(string text, int times = 1)
    {
        for (int i = 0; i < 500 && Count(text) < times; i++) await Task.Delay(10, Token);
        Assert.True(Count(text) >= times, $"{text} x {times} is not in:\n{Written()}");
    }

    private async Task EndAsync(Task stream)
    {
        await _gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stream);
    }

    private int Count(string text) => Written().Split(text).Length - 1;

    private string Written()
    {
        lock (_body) return Encoding.UTF8.GetString(_body.ToArray());
    }
}
