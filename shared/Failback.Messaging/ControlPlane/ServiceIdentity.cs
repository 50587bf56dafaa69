using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Short name of this process in the control plane.</summary>
internal sealed record ServiceIdentity(string Name)
{
    /// <summary>What an asker is told of an unexpected failure.</summary>
    public QuestionFailed Failed(Exception exception) => new($"{Name} failed with {exception.GetType().Name}, its log has the details");
}
