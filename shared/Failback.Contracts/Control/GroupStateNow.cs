namespace Failback.Contracts.Control;

/// <summary>Request to the owner of a group: who are you, and where do your tables stand in the target between two transactions?</summary>
/// <param name="Group">The group.</param>
public sealed record GroupStateNow(GroupAddress Group) : IOwnerQuestion;
