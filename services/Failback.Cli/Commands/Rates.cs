using System.Text.Json.Nodes;

namespace Failback.Cli.Commands;

/// <summary>Rows applied per second since the last look, by table.</summary>
internal sealed class Rates
{
    private readonly Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private long _at = TimeProvider.System.GetTimestamp();

    public IReadOnlyDictionary<string, double> Of(JsonArray tables)
    {
        double seconds = TimeProvider.System.GetElapsedTime(_at).TotalSeconds;
        _at = TimeProvider.System.GetTimestamp();
        var rates = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (JsonNode? table in tables)
        {
            string name = (string)table!["table"]!;
            long applied = (long)table["applied"]!;
            if (_before.TryGetValue(name, out long before) && seconds > 0) rates[name] = Math.Max(0, applied - before) / seconds;
            _before[name] = applied;
        }

        return rates;
    }
}
