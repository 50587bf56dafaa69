using Failback.Contracts.Control;

namespace Failback.Apply.Ownership;

/// <summary>Tables applied together by one replica: all of a failback in consistent mode, one each otherwise.</summary>
/// <param name="Name">Unique within the target; the same for every replica.</param>
/// <param name="Tables">Its tables.</param>
internal sealed record ApplyGroup(string Name, IReadOnlyList<TableRoute> Tables)
{
    public static IReadOnlyList<ApplyGroup> Of(FailbackSpec spec) => spec.Mode == ApplyMode.Consistent
        ? [new ApplyGroup(spec.Name, spec.Tables)]
        : [.. spec.Tables.Select(t => new ApplyGroup($"{spec.Name}/{t.Target}", [t]))];
}
