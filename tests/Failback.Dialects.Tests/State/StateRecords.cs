using Failback.Contracts.Api;
using Failback.Control.Changefeeds;
using Failback.Control.Definitions;
using Failback.Control.Progress;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Status;
using Failback.Control.Storage;
using Failback.Messaging.ControlPlane;
using Microsoft.Extensions.Options;

namespace Failback.Dialects.Tests.State;

/// <summary>What the suites store.</summary>
internal static class StateRecords
{
    public static ControlDatabase Open(string place) => new(Options.Create(new ControlOptions { Database = place }));

    public static StatusBoard Board(ControlDatabase database)
    {
        IOptions<ControlOptions> options = Options.Create(new ControlOptions());
        var progress = new ProgressBoard(TimeProvider.System);
        return new StatusBoard(
            new FailbackStore(database, TimeProvider.System), new FeedStore(database), progress,
            new StatusReading(
                new Hearing(progress, new PulseBoard(TimeProvider.System), new BusState(TimeProvider.System)), new FeedReport(options),
                new TroubleDates(_ => []), new ConditionDates(), options),
            database, TimeProvider.System);
    }

    public static FailbackRecord Record(string name) => new()
    {
        Name = name,
        Definition = new SealedDefinition(new FailbackDefinition { Target = "postgres://u:***@h/d" }, ""),
        Dialect = "postgres",
        SealedTarget = "",
        Generation = "1",
        GeneratedPath = "/" + name,
        StagingSchema = "_failback_1",
    };
}
