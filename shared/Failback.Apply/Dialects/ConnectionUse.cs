namespace Failback.Apply.Dialects;

/// <summary>What a connection to the target is for; decides its pool and its bounds, see <see cref="SessionTerms"/>.</summary>
public enum ConnectionUse
{
    /// <summary>Transactions and heartbeats of groups.</summary>
    Apply,

    /// <summary>Questions about tables, privileges and settings before a start.</summary>
    Inspect,

    /// <summary>Operators' questions about letters, and settling them.</summary>
    Letters,

    /// <summary>Long reads under one snapshot.</summary>
    Verify,
}
