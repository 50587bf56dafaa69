using Failback.Contracts;
using Failback.Contracts.Words;

namespace Failback.Apply.Inspection;

/// <summary>
/// Foreign keys between a table of the failback and one that does not take part, where the catalogue is read table by table.
/// </summary>
public static class OutsideFinding
{
    /// <summary>The parent does not take part.</summary>
    public static Finding Parent(TableName child, string key, TableName parent, string fix) => new(
        PreflightCodes.ForeignKeyOutside, Severity.Warning, child.ToString(),
        $"foreign key {key} points at {parent}, which does not take part: its rows must be there already; add it to the failback, or "
            + $"drop the key until the way back", fix);

    /// <summary>The child does not take part.</summary>
    /// <param name="parent">Table of the failback.</param>
    /// <param name="child">The other.</param>
    /// <param name="key">Constraint.</param>
    /// <param name="rule">What a delete does, in the catalogue's words.</param>
    /// <param name="fix">Statement that drops the key.</param>
    public static Finding Child(TableName parent, TableName child, string key, string rule, string fix)
    {
        string effect = rule switch
        {
            "CASCADE" => "deletes take its rows along",
            "SET NULL" => "deletes set its columns to NULL",
            "SET DEFAULT" => "deletes set its columns to their default",
            _ => "deletes of rows it names are refused",
        };
        return new Finding(
            PreflightCodes.ForeignKeyFromOutside, Severity.Warning, parent.ToString(),
            $"{child}, which does not take part, references it by {key}: {effect}; add it to the failback, or drop the key until the way "
                + $"back", fix);
    }
}
