using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Applies control's announcements to the directory.</summary>
internal sealed class FailbackChangedHandler(FailbackDirectory directory) : IControlPlaneHandler<FailbackChanged>
{
    public Task HandleAsync(FailbackChanged message, CancellationToken cancellationToken)
    {
        directory.Apply(message.Spec);
        return Task.CompletedTask;
    }
}
