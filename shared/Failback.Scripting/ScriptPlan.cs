using Failback.Scripting.Compiling;

namespace Failback.Scripting;

/// <summary>The configuration that a loaded script declares.</summary>
public sealed record ScriptPlan
{
    /// <summary>A plan without any configuration.</summary>
    public static ScriptPlan Empty { get; } = new();

    /// <summary>Modules that the script imports.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Configurations that decide the table of a row; they run in the sink.</summary>
    public IReadOnlyList<ScriptSource> Sources { get; init; } = [];

    /// <summary>Configurations of target tables; they run in the applier.</summary>
    public IReadOnlyList<ScriptTable> Tables { get; init; } = [];

    /// <summary>Errors (features that are not available) and warnings.</summary>
    public IReadOnlyList<ScriptProblem> Problems { get; init; } = [];

    /// <summary>Returns the configuration of a target table with the most specific name, or null.</summary>
    public ScriptTable? TableOf(Contracts.TableName target) =>
        Tables.Where(t => ScriptNames.Fits(t.Name, target)).MaxBy(t => ScriptNames.Parts(t.Name).Count);
}

/// <summary>A configuration that decides the table of a row.</summary>
/// <param name="Name">Table or schema in the script's spelling.</param>
/// <param name="Targets">Tables named in the configuration; handlers may return others.</param>
/// <param name="IsSchema">True for <c>configureTargetSchema</c>.</param>
/// <param name="Line">Line of the source.</param>
public sealed record ScriptSource(string Name, IReadOnlyList<string> Targets, bool IsSchema, int Line);

/// <summary>The configuration of a target table.</summary>
/// <param name="Name">Name in the script's spelling.</param>
/// <param name="HandlesUpserts">True when upserts go through the script.</param>
/// <param name="HandlesDeletes">True when deletes go through the script.</param>
/// <param name="Ignore">Columns that are not written.</param>
/// <param name="Line">Line of the source.</param>
public sealed record ScriptTable(string Name, bool HandlesUpserts, bool HandlesDeletes, IReadOnlyList<string> Ignore, int Line)
{
    /// <summary>True when a handler receives the operations of a batch and decides which of them are passed on.</summary>
    public bool HandlesBatches { get; init; }

    /// <summary>Column that receives the columns missing in the target, as one JSON object; null when none is named.</summary>
    public string? Extras { get; init; }

    /// <summary>True when rows of the table go through the script.</summary>
    public bool HasHandlers => HandlesUpserts || HandlesDeletes;
}
