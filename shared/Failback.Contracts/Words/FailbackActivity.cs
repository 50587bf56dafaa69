using System.Text.Json.Serialization;

namespace Failback.Contracts.Words;

/// <summary>What the appliers of a failback, or of one of its groups, do at the moment.</summary>
[JsonConverter(typeof(WordConverter<FailbackActivity>))]
public enum FailbackActivity
{
    /// <summary>Whole windows.</summary>
    Consistent,

    /// <summary>Small transactions for a while, because the backlog is old or a window does not fit into memory.</summary>
    CatchUp,

    /// <summary>Small transactions, because the failback's mode says so.</summary>
    BestEffort,

    /// <summary>The same without gathering.</summary>
    Immediate,

    /// <summary>Nothing: an operator paused the failback.</summary>
    Paused,

    /// <summary>Nothing yet: no applier has reported.</summary>
    Starting,

    /// <summary>Unknown: reports have ceased.</summary>
    Silent,

    /// <summary>Nothing: there is nothing to do.</summary>
    Idle,
}
