namespace Failback.Control.Operations;

/// <summary>Where an operation is.</summary>
internal enum OperationState
{
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
