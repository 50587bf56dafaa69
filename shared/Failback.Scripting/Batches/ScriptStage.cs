namespace Failback.Scripting.Batches;

/// <summary>Where a row is on its way.</summary>
public enum ScriptStage
{
    /// <summary>In the sink: which tables does the row go to?</summary>
    Source,

    /// <summary>In the applier: what does the table get?</summary>
    Table,
}
