using Failback.Apply.Tables;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>Which moments a column holds by what most products mean with its type.</summary>
public static class ColumnMoments
{
    private const int MillisecondDigits = 3;

    /// <summary>A date has no time of day, and the scale of a time is the digits of its second.</summary>
    public static MomentLimits? Of(TargetColumn column, string? earliest = null, string? latest = null)
    {
        string? unit = string.Equals(column.TypeName, "date", StringComparison.OrdinalIgnoreCase)
            ? "day"
            : column.Scale switch { 0 => "second", > 0 and <= MillisecondDigits => "millisecond", _ => null };
        return earliest is null && latest is null && unit is null ? null : new MomentLimits(earliest, latest, unit);
    }
}
