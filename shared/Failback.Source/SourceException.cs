namespace Failback.Source;

/// <summary>What CockroachDB refuses, or why it cannot be asked. Texts hold no secrets.</summary>
/// <param name="code">Stable code for programs.</param>
/// <param name="detail">What is wrong.</param>
/// <param name="remedy">What to do next.</param>
public sealed class SourceException(string code, string detail, string remedy) : Exception(detail)
{
    /// <summary>The server does not answer: the same call may succeed later.</summary>
    public const string Unavailable = "source_unavailable";

    /// <summary>A statement was refused for a reason that has no code of its own.</summary>
    public const string Refused = "source_refused";

    /// <summary>The changes since the cursor are no longer kept.</summary>
    public const string CursorTooOld = "cursor_too_old";

    /// <summary>The key that is asked for is not one of the table.</summary>
    public const string KeyDiffers = "key_differs";

    public string Code { get; } = code;

    public string Remedy { get; } = remedy;

    /// <summary>The server does not answer: the same call may succeed later.</summary>
    public bool IsUnavailable => Code == Unavailable;
}
