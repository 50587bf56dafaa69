using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Scripting;

namespace Failback.Control.Registry;

/// <summary>One version of a failback's userscript; never changed once stored.</summary>
internal sealed record ScriptRecord
{
    /// <summary>1, 2, 3 … within the failback.</summary>
    public required long Version { get; init; }

    /// <summary>As the operator wrote it.</summary>
    public required string Source { get; init; }

    /// <summary>SHA-256 of the source, in hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Tables that it names outright; its handlers may answer others.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>
    /// It has schema-level handlers: letters may be of rows that came from other tables. Null: stored by a build that did not note it.
    /// </summary>
    public bool? Routes { get; init; }

    /// <summary>What the compiler and the script's own statements gave cause to remark.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>What sink and appliers run.</summary>
    public required ScriptSpec Compiled { get; init; }

    /// <summary>Names of tables that are not among these.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyList<string> targets, IReadOnlyList<TableRoute> tables) =>
        [.. targets.Where(target => !tables.Any(table => ScriptNames.Fits(target, TableName.Parse(table.Target))))];
}
