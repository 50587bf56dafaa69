namespace Failback.Messaging.ControlPlane;

/// <summary>Short name of this process in the control plane.</summary>
internal sealed record ServiceIdentity(string Name);
