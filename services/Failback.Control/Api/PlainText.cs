namespace Failback.Control.Api;

/// <summary>Texts that callers choose and that travel on, to databases, logs and terminals.</summary>
internal static class PlainText
{
    /// <summary>
    /// Returns true for a text with control characters, U+0000 among them, which PostgreSQL and MySQL cannot keep and which terminals
    /// obey.
    /// </summary>
    public static bool HasControl(string? text) => text?.Any(char.IsControl) == true;
}
