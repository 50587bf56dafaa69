using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Control.Storage;
using Failback.Testing;
using Microsoft.Extensions.Options;

namespace Failback.Tests.Control.Status;

/// <summary>A board over a database of its own, and the stores that write to it.</summary>
public sealed class StatusFolder : IDisposable
{
    private readonly StateFolder _folder = new();

    public StatusFolder()
    {
        Store = new FailbackStore(_folder.Database, Time);
        Feeds = new FeedStore(_folder.Database);
        Progress = new ProgressBoard(Time);
        Board = new StatusBoard(
            Store, Feeds, Progress, Readings.Make(Progress, new PulseBoard(Time), Time), _folder.Database, Time);
    }

    internal static IOptions<ControlOptions> Choices { get; } = Options.Create(new ControlOptions());

    internal SteppedTime Time { get; } = new(DateTimeOffset.UnixEpoch.AddSeconds(1000));

    internal ControlDatabase Database => _folder.Database;

    internal FailbackStore Store { get; }

    internal FeedStore Feeds { get; }

    internal ProgressBoard Progress { get; }

    internal StatusBoard Board { get; }

    /// <summary>Makes the state unreadable, or readable again.</summary>
    internal void Hide(bool hidden) => _folder.Database.Execute(
        hidden ? "ALTER TABLE failback RENAME TO hidden" : "ALTER TABLE hidden RENAME TO failback");

    public void Dispose()
    {
        Board.Dispose();
        _folder.Dispose();
    }
}
