namespace Failback.Contracts.Api;

/// <summary>What start did about the changefeed.</summary>
public enum FeedAction
{
    /// <summary>Made a new one.</summary>
    Created,

    /// <summary>Found one for the same address and tables.</summary>
    Adopted,

    /// <summary>Found one and changed its tables.</summary>
    Altered,

    /// <summary>Ended the one there was and made a new one from where it had come to: address or options are others.</summary>
    Recreated,
}
