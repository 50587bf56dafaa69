using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Scripting;

namespace Failback.Control.Registry;

/// <summary>One version of a failback's userscript; never changed once stored.</summary>
internal sealed record ScriptRecord
{
    /// <summary>1, 2, 3 … within the failback.</summary>
    public required long Version { get; init; }

    /// <summary>The operator's source text.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the source, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Tables named in its configuration; its handlers may return others.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>
    /// True when it has schema-level handlers: letters may then belong to rows of other tables. Null: stored by a release that did
    /// not record it.
    /// </summary>
    public bool? Routes { get; init; }

    /// <summary>Warnings of the compiler and of loading the script.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Compiled form that sink and appliers run.</summary>
    public required ScriptSpec Compiled { get; init; }

    /// <summary>Returns the named tables that the failback does not have.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> targets, IReadOnlyList<TableRoute> tables) =>
        [.. targets.Where(target => !tables.Any(table => ScriptNames.Fits(target, TableName.Parse(table.Target))))];
}
