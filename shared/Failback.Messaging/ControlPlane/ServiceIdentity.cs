using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Short name of this process in the control plane.</summary>
internal sealed record ServiceIdentity(string Name)
{
    /// <summary>
    /// Returns what an asker learns about an unexpected failure: service and type of error; details are in that service's log.
    /// </summary>
    public QuestionFailed Failed(Exception exception) => new($"{Name} failed with {exception.GetType().Name}, its log has the details");
}
