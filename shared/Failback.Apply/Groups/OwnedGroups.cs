using System.Collections.Concurrent;
using Failback.Contracts.Control;

namespace Failback.Apply.Groups;

/// <summary>The groups that this process owns now, by which questions to owners find them.</summary>
internal sealed class OwnedGroups
{
    private readonly ConcurrentDictionary<OwnedGroup, string> _groups = new();

    /// <summary>What this process owns now.</summary>
    public IEnumerable<(string Failback, OwnedGroup Group)> All => _groups.Select(owned => (owned.Value, owned.Key));

    /// <summary>From now on questions to the group are taken.</summary>
    public void Add(string failback, OwnedGroup group) => _groups[group] = failback;

    /// <summary>The group has changed hands.</summary>
    public void Remove(OwnedGroup group)
    {
        _groups.TryRemove(group, out _);
        group.Desk.Close();
    }

    /// <summary>Returns the transaction of a failback's groups that is under way for the longest; null: none is.</summary>
    public (string Table, DateTimeOffset Since)? Busy(string failback) => _groups
        .Where(owned => owned.Value == failback).Select(owned => (owned.Key.Tables[0].Name, Since: owned.Key.BusySince))
        .Where(work => work.Since is not null).OrderBy(work => work.Since)
        .Select(work => ((string, DateTimeOffset)?)(work.Name, work.Since!.Value)).FirstOrDefault();

    /// <summary>Asks a group between two of its transactions; null: this process does not own it, or has been asked already.</summary>
    /// <param name="id">The same for every repeat of one question.</param>
    /// <param name="address">The group.</param>
    /// <param name="answer">Finds the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<TAnswer?> AskAsync<TAnswer>(
        Guid id, GroupAddress address, Func<GroupTurn, CancellationToken, Task<TAnswer>> answer, CancellationToken cancellationToken)
        where TAnswer : class
    {
        OwnedGroup? group = _groups.Where(owned => owned.Value == address.Failback && owned.Key.Is(address.Table))
            .Select(owned => owned.Key).FirstOrDefault();
        if (group is null) return null;
        var question = new GroupQuestion(async (turn, token) => await answer(turn, token));
        return group.Desk.TryPut(id, question) ? (TAnswer?)await question.Answer.WaitAsync(cancellationToken) : null;
    }
}
