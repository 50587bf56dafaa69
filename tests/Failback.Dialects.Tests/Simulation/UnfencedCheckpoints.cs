using System.Reflection;
using Failback.Apply.Dialects;
using Failback.Apply.Staging;

namespace Failback.Dialects.Tests.Simulation;

/// <summary>
/// A staging store whose fence is removed: whoever holds it finds the epoch and revision it knows, whatever the target has. Shows what
/// the fence is for.
/// </summary>
public class UnfencedCheckpoints : DispatchProxy
{
    private readonly Dictionary<string, (long Epoch, long Revision)> _known = new(StringComparer.Ordinal);
    private ICheckpointStore _inner = null!;

    public static ICheckpointStore Around(ICheckpointStore inner)
    {
        ICheckpointStore proxy = Create<ICheckpointStore, UnfencedCheckpoints>();
        ((UnfencedCheckpoints)(object)proxy)._inner = inner;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        object? result = targetMethod!.Invoke(_inner, args);
        switch (targetMethod.Name)
        {
            case nameof(ICheckpointStore.TakeOverAsync):
                return RememberAsync((Task<IReadOnlyList<TableCheckpoint>>)result!);
            case nameof(ICheckpointStore.ReadAsync):
            case nameof(ICheckpointStore.LockAsync):
                return PretendAsync((Task<IReadOnlyList<TableCheckpoint>>)result!);
            case nameof(ICheckpointStore.AdvanceAsync):
                foreach (TableAdvance advance in (IReadOnlyList<TableAdvance>)args![2]!)
                    _known[advance.Table] = (_known[advance.Table].Epoch, _known[advance.Table].Revision + 1);
                return result;
            default:
                return result;
        }
    }

    private async Task<IReadOnlyList<TableCheckpoint>> RememberAsync(Task<IReadOnlyList<TableCheckpoint>> found)
    {
        IReadOnlyList<TableCheckpoint> checkpoints = await found;
        foreach (TableCheckpoint checkpoint in checkpoints) _known[checkpoint.Table] = (checkpoint.Epoch, checkpoint.Revision);
        return checkpoints;
    }

    private async Task<IReadOnlyList<TableCheckpoint>> PretendAsync(Task<IReadOnlyList<TableCheckpoint>> found) =>
        [.. (await found).Select(
            c => _known.TryGetValue(c.Table, out (long Epoch, long Revision) known)
                ? c with { Epoch = known.Epoch, Revision = known.Revision }
                : c)];
}
