namespace Failback.Contracts.Control;

/// <summary>A question to the one replica that owns a group. It is published to all appliers; only the owner answers.</summary>
public interface IOwnerQuestion
{
    /// <summary>Whose owner is asked.</summary>
    GroupAddress Group { get; }
}
