using Failback.Scripting.Compiling;

namespace Failback.Scripting;

/// <summary>What a loaded script configured.</summary>
public sealed record ScriptPlan
{
    /// <summary>Nothing.</summary>
    public static ScriptPlan Empty { get; } = new();

    /// <summary>Modules it imports.</summary>
    public IReadOnlyList<string> Modules { get; init; } = [];

    /// <summary>Configurations that decide the table of a row; they run in the sink.</summary>
    public IReadOnlyList<ScriptSource> Sources { get; init; } = [];

    /// <summary>Configurations of target tables; they run in the applier.</summary>
    public IReadOnlyList<ScriptTable> Tables { get; init; } = [];

    /// <summary>What it asked for and cannot have, and remarks.</summary>
    public IReadOnlyList<ScriptProblem> Problems { get; init; } = [];

    /// <summary>Configuration of a target table, the most specific name that fits; null: none.</summary>
    public ScriptTable? TableOf(Contracts.TableName target) =>
        Tables.Where(t => ScriptNames.Fits(t.Name, target)).MaxBy(t => ScriptNames.Parts(t.Name).Count);
}

/// <summary>A configuration that decides the table of a row.</summary>
/// <param name="Name">Table or schema, as the script spells it.</param>
/// <param name="Targets">Tables it names outright; handlers may answer others.</param>
/// <param name="IsSchema">Given by <c>configureTargetSchema</c>.</param>
/// <param name="Line">Line of the source.</param>
public sealed record ScriptSource(string Name, IReadOnlyList<string> Targets, bool IsSchema, int Line);

/// <summary>The configuration of a target table.</summary>
/// <param name="Name">As the script spells it.</param>
/// <param name="HandlesUpserts">Upserts go through the script.</param>
/// <param name="HandlesDeletes">Deletes go through the script.</param>
/// <param name="Ignore">Columns left out.</param>
/// <param name="Line">Line of the source.</param>
public sealed record ScriptTable(string Name, bool HandlesUpserts, bool HandlesDeletes, IReadOnlyList<string> Ignore, int Line)
{
    /// <summary>A handler is given the operations of a batch and decides which of them go on.</summary>
    public bool HandlesBatches { get; init; }

    /// <summary>Column that takes the columns the target lacks, as one JSON object; null: none is named.</summary>
    public string? Extras { get; init; }

    /// <summary>Rows of the table go through the script.</summary>
    public bool HasHandlers => HandlesUpserts || HandlesDeletes;
}
