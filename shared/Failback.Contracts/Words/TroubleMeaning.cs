namespace Failback.Contracts.Words;

/// <summary>What a trouble means for the condition of a failback.</summary>
public enum TroubleMeaning
{
    /// <summary>A part is not heard of: nothing can be said.</summary>
    Silence,

    /// <summary>It holds the watermark, or nothing is applied.</summary>
    Holds,

    /// <summary>Rows are applied, late.</summary>
    Delays,

    /// <summary>It needs attention and holds nothing.</summary>
    Warns,
}
