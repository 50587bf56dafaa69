namespace Failback.Messaging.ControlPlane;

/// <summary>Settings of a process that follows control.</summary>
public sealed class ControlPlaneOptions
{
    /// <summary>Section of the settings.</summary>
    public const string Section = "Failback";

    /// <summary>Folder for the last known failbacks, so that a restart without control serves on. Empty: kept in memory only.</summary>
    public string StateFolder { get; set; } = "";
}
