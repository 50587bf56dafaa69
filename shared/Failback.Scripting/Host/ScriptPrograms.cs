namespace Failback.Scripting.Host;

/// <summary>
/// Finds the programs of userscripts: beside the running program, unless the application context names another folder.
/// </summary>
internal static class ScriptPrograms
{
    /// <summary>Property of the application context that names the folder.</summary>
    public const string FolderProperty = "Failback.Scripting.Folder";

    /// <summary>Program of the process in which scripts run.</summary>
    public static string Host => Path.Combine(Folder, "Failback.Scripting.dll");

    /// <summary>Program of the compiler.</summary>
    public static string Compiler => Path.Combine(Folder, "typescript", "tsc");

    private static string Folder => AppContext.GetData(FolderProperty) as string ?? AppContext.BaseDirectory;
}
