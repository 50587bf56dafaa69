using Failback.Contracts.Control;

namespace Failback.Control.Definitions;

/// <summary>
/// Reads the choice for columns that the target does not have: <c>stop</c>, <c>ignore</c> or <c>extras:&lt;column&gt;</c>.
/// </summary>
internal static class UnknownColumnChoice
{
    public const string Default = "stop";
    private const string Ignore = "ignore";
    private const string Extras = "extras:";
    private const int LongestName = 128;

    public static UnknownColumnPolicy Policy(string text) =>
        text == Ignore ? UnknownColumnPolicy.Ignore : Column(text) is null ? UnknownColumnPolicy.Stop : UnknownColumnPolicy.Extras;

    /// <summary>Returns the column of <c>extras:&lt;column&gt;</c>, otherwise null.</summary>
    public static string? Column(string text) => text.StartsWith(Extras, StringComparison.Ordinal) ? text[Extras.Length..] : null;

    /// <summary>Returns the problem of a choice, or null.</summary>
    public static string? Problem(string text) =>
        text is Default or Ignore || Column(text) is { Length: > 0 and <= LongestName } column && column.Trim() == column
        ? null
        : "must be one of stop, ignore, extras:<column> with a JSON or text column of the target";
}
