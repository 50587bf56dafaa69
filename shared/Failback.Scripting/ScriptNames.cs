using Failback.Contracts;

namespace Failback.Scripting;

/// <summary>
/// Names in scripts: of one to three parts, regardless of case; one fits another when it is the end of it, or the other way round.
/// </summary>
public static class ScriptNames
{
    /// <summary>True when the script means this table.</summary>
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

    /// <summary>Parts of a name; one that is no table name is a single part.</summary>
    public static IReadOnlyList<string> Parts(string name) =>
        TableName.TryParse(name, out TableName table)
            ? [.. new[] { table.Database, table.Schema, table.Table }.Where(p => !string.IsNullOrEmpty(p))]
            : [name];
}
