using System.Diagnostics.Metrics;
using Failback.Apply.Settings;
using Microsoft.Extensions.Options;

namespace Failback.Apply.Groups;

/// <summary>What this process owns and holds in memory, by failback; read when it is asked for.</summary>
internal sealed class GroupGauges
{
    public GroupGauges(IMeterFactory factory, OwnedGroups owned, IOptions<ApplierOptions> options)
    {
        Meter meter = factory.Create(ApplyMetrics.MeterName);
        meter.CreateObservableGauge(
            "failback.apply.groups", () => Each(owned, groups => groups.Count()), null, "Groups of tables that this process owns.");
        meter.CreateObservableGauge(
            "failback.apply.window.rows", () => Each(owned, groups => groups.Sum(g => g.Inbox.Rows)), null,
            "Rows read from the queues and not yet in a transaction.");
        meter.CreateObservableGauge(
            "failback.apply.memory", () => Each(owned, groups => groups.Sum(g => (double)g.Memory.Used)), "By",
            "Memory of the messages in hand.");
        meter.CreateObservableGauge(
            "failback.apply.memory.limit", () => options.Value.MemoryBytes, "By", "Memory that messages in hand may take in this process.");
        meter.CreateObservableGauge(
            "failback.apply.resolved.timestamp",
            () => Each(owned, groups => groups.Min(g => g.AppliedSeconds) is > 0 and var at ? at : null), "s",
            "Every row version at or before it is in the target, in the tables that this process owns.");
    }

    private static IEnumerable<Measurement<double>> Each(OwnedGroups owned, Func<IEnumerable<OwnedGroup>, double?> measure) =>
        owned.All.GroupBy(group => group.Failback, group => group.Group, StringComparer.Ordinal)
            .Select(groups => (groups.Key, Value: measure(groups))).Where(found => found.Value is not null)
            .Select(found => new Measurement<double>(found.Value!.Value, new KeyValuePair<string, object?>("failback", found.Key)));
}
