using Failback.Contracts.Control;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>A table whose primary key at the source is another than the one that the failback was started with.</summary>
/// <param name="Table">At the source.</param>
/// <param name="Known">Key columns that appliers go by.</param>
/// <param name="Now">Key columns at the source.</param>
internal sealed record ChangedKey(string Table, IReadOnlyList<string> Known, IReadOnlyList<string> Now)
{
    /// <summary>Tables that have gone are told of otherwise.</summary>
    public static IReadOnlyList<ChangedKey> Of(IReadOnlyList<TableRoute> routes, IReadOnlyList<SourceTable> there)
    {
        Dictionary<string, SourceTable> byName = there.ToDictionary(t => t.Name.ToString(), StringComparer.Ordinal);
        return [
            .. routes.Where(r => r.SourceKey.Count > 0 && byName.ContainsKey(r.Source))
                .Select(r => new ChangedKey(r.Source, r.SourceKey, byName[r.Source].PrimaryKey))
                .Where(k => !k.Known.SequenceEqual(k.Now, StringComparer.OrdinalIgnoreCase))];
    }
}
