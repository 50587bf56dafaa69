namespace Failback.Apply.Groups;

/// <summary>What a group does at the moment.</summary>
internal enum GroupActivity
{
    /// <summary>Whole windows.</summary>
    Consistent,

    /// <summary>Small transactions for a while, because the backlog is old or a window does not fit into memory.</summary>
    CatchUp,

    /// <summary>Small transactions, because the failback's mode says so.</summary>
    BestEffort,

    /// <summary>The same as <see cref="BestEffort"/>, under the name that the definition gives it.</summary>
    Immediate,
}
