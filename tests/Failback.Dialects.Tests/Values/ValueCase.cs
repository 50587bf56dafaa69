namespace Failback.Dialects.Tests.Values;

/// <summary>One value of a changefeed and what becomes of it.</summary>
/// <param name="Json">As the changefeed writes it.</param>
/// <param name="Stored">What the column holds afterwards, read back as text; null where the row is refused.</param>
/// <param name="Refusal">Part of the dead letter's reason; null where the value is stored.</param>
public sealed record ValueCase(string Json, string? Stored, string? Refusal = null)
{
    public static ValueCase Kept(string json, string stored) => new(json, stored);

    public static ValueCase Refused(string json, string reason) => new(json, null, reason);
}
