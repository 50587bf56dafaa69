namespace Failback.Contracts.Words;

/// <summary>Error codes of letters and halts that come from no database.</summary>
public static class LetterCodes
{
    /// <summary>The userscript failed on the row in the sink, so that the row has no table of the target yet.</summary>
    public const string Unrouted = "unrouted";

    /// <summary>No row had shown yet which part of the key is which column.</summary>
    public const string KeyUnknown = "key_order_unknown";

    /// <summary>The source's key was altered. A halt says so of a table; a letter is a delete that may have come before or after.</summary>
    public const string KeyChanged = "key_changed";

    /// <summary>The key of a row is not made of the columns of the target's key.</summary>
    public const string KeyMismatch = "key_mismatch";

    /// <summary>
    /// The target took the statement and did something else: the row is not there, is there twice, holds another value, or is still there
    /// after it was deleted.
    /// </summary>
    public const string NotKept = "not_kept";

    /// <summary>An update changed a column that only the target's key has.</summary>
    public const string KeyWider = "key_wider";
}
