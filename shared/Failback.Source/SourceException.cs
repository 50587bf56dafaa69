namespace Failback.Source;

/// <summary>A refusal by CockroachDB, or the reason why it cannot be reached. Texts contain no secrets.</summary>
/// <param name="code">Stable code for programs.</param>
/// <param name="detail">Description of the problem.</param>
/// <param name="remedy">Next step for the operator.</param>
public sealed class SourceException(string code, string detail, string remedy) : Exception(detail)
{
    /// <summary>The server does not answer: the same call may succeed later.</summary>
    public const string Unavailable = "source_unavailable";

    /// <summary>A statement was refused for a reason that has no code of its own.</summary>
    public const string Refused = "source_refused";

    /// <summary>The changes since the cursor are no longer kept.</summary>
    public const string CursorTooOld = "cursor_too_old";

    /// <summary>The requested key does not have the parts of the table's key.</summary>
    public const string KeyDiffers = "key_differs";

    public string Code { get; } = code;

    /// <summary>SQLSTATE of the refusal; empty: it comes from no statement.</summary>
    public string State { get; init; } = "";

    public string Remedy { get; } = remedy;

    /// <summary>The server does not answer: the same call may succeed later.</summary>
    public bool IsUnavailable => Code == Unavailable;
}
