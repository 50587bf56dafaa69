namespace Failback.Messaging.ControlPlane;

/// <summary>How often a question is sent.</summary>
public enum Asking
{
    /// <summary>
    /// The question is sent again every two seconds until an answer arrives: a service that is just starting has missed the earlier
    /// ones, and one that was killed has lost them. Two replicas may work on the same question; the first answer counts. For
    /// questions that only read.
    /// </summary>
    UntilAnswered,

    /// <summary>The question is sent once. For orders: a second replica would find the work done and report it as refused.</summary>
    Once,
}
