using System.Diagnostics.Metrics;

namespace Failback.Hosting.Telemetry;

/// <summary>What an instrument is called in Prometheus text, by the rules of the exporter: dots, unit, suffix of counters.</summary>
/// <param name="Family">Name of the family; in OpenMetrics that of a counter has no <c>_total</c>.</param>
/// <param name="Type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">The description.</param>
internal sealed record ExportedName(string Family, string Type, string Help)
{
    public const string Total = "_total";

    public string Name => Type == "counter" ? Family + Total : Family;

    public static ExportedName Of(Instrument instrument)
    {
        string name = instrument.Name.Replace('.', '_');
        string unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            null or "" => "",
            // A unit in braces is a remark.
            ['{', .., '}'] => "",
            string other => throw new NotSupportedException($"{instrument.Name} has the unit {other}, whose name is not known here"),
        };
        if (!name.EndsWith(unit, StringComparison.Ordinal)) name += unit;
        return new ExportedName(name, TypeOf(instrument.GetType()), instrument.Description ?? "");
    }

    private static string TypeOf(Type type)
    {
        string name = type.Name;
        if (name.Contains("UpDownCounter", StringComparison.Ordinal)) return "gauge";
        if (name.Contains("Counter", StringComparison.Ordinal)) return "counter";
        return name.Contains("Histogram", StringComparison.Ordinal) ? "histogram" : "gauge";
    }
}
