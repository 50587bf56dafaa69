using Failback.Contracts;

namespace Failback.Scripting;

/// <summary>
/// Compares names in scripts. A name has one to three parts; case does not matter. A name fits another when one of them is the end
/// of the other.
/// </summary>
public static class ScriptNames
{
    /// <summary>Returns true when the script's name means this table.</summary>
    public static bool Fits(string name, TableName table)
    {
        IReadOnlyList<string> left = Parts(name);
        string[] right = [.. new[] { table.Database, table.Schema, table.Table }.Where(p => !string.IsNullOrEmpty(p))];
        for (int i = 1; i <= Math.Min(left.Count, right.Length); i++)
        {
            if (!string.Equals(left[^i], right[^i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return left.Count > 0;
    }

    /// <summary>Returns the parts of a name; a text that is no table name is a single part.</summary>
    public static IReadOnlyList<string> Parts(string name) =>
        TableName.TryParse(name, out TableName table)
            ? [.. new[] { table.Database, table.Schema, table.Table }.Where(p => !string.IsNullOrEmpty(p))]
            : [name];
}
