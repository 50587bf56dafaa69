namespace Failback.Contracts.Words;

/// <summary>Codes of troubles and refusals about continuity.</summary>
public static class ContinuityCodes
{
    /// <summary>Target, queue or control shows less than was known: something in between is lost.</summary>
    public const string Broken = "continuity_broken";

    /// <summary>Two changefeeds seem to post to one webhook.</summary>
    public const string SecondSender = "second_sender";

    /// <summary>Control, which knows how far the target was, does not answer.</summary>
    public const string Unknown = "continuity_unknown";
}
