using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary>Rows applied per second since the last look, by table.</summary>
internal sealed class Rates
{
    private readonly Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private long _at = TimeProvider.System.GetTimestamp();

    public IReadOnlyDictionary<string, double> Of(IReadOnlyList<TableResource> tables)
    {
        double seconds = TimeProvider.System.GetElapsedTime(_at).TotalSeconds;
        _at = TimeProvider.System.GetTimestamp();
        var rates = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (TableResource table in tables)
        {
            if (_before.TryGetValue(table.Table, out long before) && seconds > 0)
                rates[table.Table] = Math.Max(0, table.Applied - before) / seconds;
            _before[table.Table] = table.Applied;
        }

        return rates;
    }
}
