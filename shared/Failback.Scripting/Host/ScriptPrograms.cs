namespace Failback.Scripting.Host;

/// <summary>
/// Where the programs of userscripts are: beside the program that uses them, unless the application names another folder.
/// </summary>
internal static class ScriptPrograms
{
    /// <summary>Property of the application context that names the folder.</summary>
    public const string FolderProperty = "Failback.Scripting.Folder";

    /// <summary>The process in which scripts run.</summary>
    public static string Host => Path.Combine(Folder, "Failback.Scripting.dll");

    /// <summary>The compiler.</summary>
    public static string Compiler => Path.Combine(Folder, "typescript", "tsc");

    private static string Folder => AppContext.GetData(FolderProperty) as string ?? AppContext.BaseDirectory;
}
