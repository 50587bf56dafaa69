namespace Failback.Messaging.ControlPlane;

/// <summary>Settings of a process that follows control's announcements.</summary>
public sealed class ControlPlaneOptions
{
    /// <summary>Section of the configuration.</summary>
    public const string Section = "Failback";

    /// <summary>
    /// Folder for the last known failbacks, so that a process can restart while control is away. Empty: they are kept in memory
    /// only.
    /// </summary>
    public string StateFolder { get; set; } = "";
}
