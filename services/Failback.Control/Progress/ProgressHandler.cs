using Failback.Contracts.Control;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Progress;

/// <summary>Takes the appliers' and the sinks' reports.</summary>
internal sealed class ProgressHandler(ProgressBoard board) : IControlPlaneHandler<ApplierProgress>, IControlPlaneHandler<SinkProgress>
{
    public Task HandleAsync(ApplierProgress message, CancellationToken cancellationToken)
    {
        board.Take(message);
        return Task.CompletedTask;
    }

    public Task HandleAsync(SinkProgress message, CancellationToken cancellationToken)
    {
        board.Take(message);
        return Task.CompletedTask;
    }
}
