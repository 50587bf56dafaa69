using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Scripting.Batches;

namespace Failback.Scripting.Routing;

/// <summary>The tables of a failback as userscripts name them and send rows to them.</summary>
public sealed class ScriptTables
{
    private readonly RouteFinder _targets;
    private readonly Dictionary<TableRoute, IReadOnlyList<string>> _keys = new(ReferenceEqualityComparer.Instance);

    /// <param name="tables">Tables of the failback.</param>
    public ScriptTables(IReadOnlyList<TableRoute> tables)
    {
        _targets = new RouteFinder(tables, table => table.Target);
        foreach (TableRoute table in tables) _keys[table] = RowKey.Names(table);
    }

    /// <summary>
    /// Returns the table that a script means by a name, or null when none or more than one fits. A name without a schema means the schema
    /// of the row's own table first.
    /// </summary>
    /// <param name="name">As the script spells it; null: the row's own table.</param>
    /// <param name="own">Table of the row that the script was given; null: the failback does not have it.</param>
    public TableRoute? Find(string? name, TableRoute? own)
    {
        if (name is null) return own;
        bool isBare = own is not null && TableName.TryParse(name, out TableName bare) && bare.Schema.Length == 0;
        TableRoute? beside = isBare
            ? _targets.Find(new TableName(TableName.Parse(own!.Target).Schema, TableName.Parse(name).Table).ToString())
            : null;
        return beside ?? _targets.Find(name);
    }

    /// <summary>Returns the names of the table's key columns as scripts see them; empty when they are not known.</summary>
    public IReadOnlyList<string> KeyNames(TableRoute? table) => table is null ? [] : _keys[table];

    /// <summary>Returns the target of rows that a script makes at a stage.</summary>
    /// <param name="table">Where the row goes; null: the failback does not have that table.</param>
    /// <param name="own">Table of the row that the script was given; null: the failback does not have it.</param>
    /// <param name="stage">The handlers that made the row.</param>
    public RoutedTarget Target(TableRoute? table, TableRoute? own, ScriptStage stage = ScriptStage.Source) =>
        new(table, KeyNames(table), own, KeyNames(own), stage);
}
