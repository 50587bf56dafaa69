namespace Failback.Control.Lifecycle;

/// <summary>What a call of start asks for.</summary>
/// <param name="Skip">Reason to leave checks out; null: none are.</param>
/// <param name="Codes">Codes of the checks that are left out, separated by commas; null: all.</param>
/// <param name="ScanAdded">The rows that tables added to a running changefeed have are to be sent.</param>
internal sealed record StartWish(string? Skip, string? Codes, bool ScanAdded)
{
    /// <summary>True when no check is made.</summary>
    public bool SkipsAll => Skip is not null && Codes is null;

    /// <summary>The codes that are left out.</summary>
    public IReadOnlyList<string> SkippedCodes =>
        Codes?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
