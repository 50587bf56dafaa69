using Failback.Cli.Output;
using Failback.Contracts.Api;

namespace Failback.Cli.Commands;

/// <summary>Rows applied per second since the look before, by table and over all.</summary>
internal sealed class Rates
{
    private readonly Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private long? _allBefore;
    private DateTimeOffset _at;

    /// <summary>Returns the look with its rates; the first one has none.</summary>
    public Look Add(Look look)
    {
        double seconds = (look.Now - _at).TotalSeconds;
        _at = look.Now;
        var rates = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (TableResource table in look.Tables)
        {
            if (_before.TryGetValue(table.Table, out long before) && seconds > 0)
                rates[table.Table] = Math.Max(0, table.Applied - before) / seconds;
            _before[table.Table] = table.Applied;
        }

        double? all = _allBefore is { } former && seconds > 0 ? Math.Max(0, look.Resource.Totals.Applied - former) / seconds : null;
        _allBefore = look.Resource.Totals.Applied;
        return look with { Rates = rates, Rate = all };
    }
}
