using System.ComponentModel.DataAnnotations;

namespace Failback.Applier.Oracle.Connection;

/// <summary>Settings of the Oracle applier, <c>Failback__Oracle__…</c>.</summary>
internal sealed class OracleOptions
{
    public const string Section = "Failback:Oracle";

    /// <summary>Folder with the driver and what it needs; relative to the program's own folder. Default: <c>drivers/oracle</c>.</summary>
    [Required]
    public string DriverFolder { get; set; } = Path.Combine("drivers", "oracle");

    /// <summary>The driver's folder as the configuration has it.</summary>
    public static string Folder(IConfiguration configuration) =>
        Path.Combine(
            AppContext.BaseDirectory, configuration.GetSection(Section).Get<OracleOptions>()?.DriverFolder
            ?? new OracleOptions().DriverFolder);
}
