namespace Failback.Benchmarks;

/// <summary>One figure with the limit it is held against.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">Measured value.</param>
/// <param name="Unit">Its unit; empty for a ratio.</param>
/// <param name="Target">Limit.</param>
/// <param name="AtLeast">The value has to reach the limit; otherwise to stay below it.</param>
/// <param name="Detail">The absolute figures behind it.</param>
public sealed record Measurement(string What, double Value, string Unit, double Target, bool AtLeast, string Detail)
{
    public bool IsMet => AtLeast ? Value >= Target : Value <= Target;

    public static Measurement Ratio(string what, double value, double atLeast, string detail) =>
        new(what, value, "", atLeast, true, detail);

    public static Measurement AtMost(string what, double value, string unit, double limit, string detail) =>
        new(what, value, unit, limit, false, detail);
}
