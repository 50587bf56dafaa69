namespace Failback.Scripting.Batches;

/// <summary>The stage at which a script sees a row.</summary>
public enum ScriptStage
{
    /// <summary>In the sink: the script decides which tables the row goes to.</summary>
    Source,

    /// <summary>In the applier: the script decides what is written to the table.</summary>
    Table,
}
