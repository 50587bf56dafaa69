using Failback.Contracts.Control;

namespace Failback.Messaging.ControlPlane;

/// <summary>Says where a process stands.</summary>
public interface IPulseSource
{
    /// <summary>Returns where it stands now.</summary>
    ServicePulse Take(string service);
}
