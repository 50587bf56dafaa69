namespace Failback.Contracts.Words;

/// <summary>Error codes of letters that come from no database.</summary>
public static class LetterCodes
{
    /// <summary>The userscript failed on the row in the sink, so that the row has no table of the target yet.</summary>
    public const string Unrouted = "unrouted";
}
