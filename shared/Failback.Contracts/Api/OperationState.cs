namespace Failback.Contracts.Api;

/// <summary>Where an operation is.</summary>
public enum OperationState
{
    Running,
    Succeeded,
    Failed,
    Cancelled,
}
