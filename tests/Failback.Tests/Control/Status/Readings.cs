using Failback.Control.Changefeeds;
using Failback.Control.Progress;
using Failback.Control.Status;
using Failback.Messaging.ControlPlane;

namespace Failback.Tests.Control.Status;

/// <summary>Makes readings of a control that is connected to the broker.</summary>
internal static class Readings
{
    public static StatusReading Make(ProgressBoard reports, PulseBoard pulses, TimeProvider time)
    {
        var bus = new BusState(time);
        bus.Up();
        return new StatusReading(
            new Hearing(reports, pulses, bus), new FeedReport(StatusFolder.Choices), new TroubleDates(_ => []), new ConditionDates(),
            StatusFolder.Choices);
    }
}
