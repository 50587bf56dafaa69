namespace Failback.Apply.Groups;

/// <summary>A question that waits for a group's next pause between two transactions.</summary>
/// <param name="answer">Finds the answer.</param>
internal sealed class GroupQuestion(Func<GroupTurn, CancellationToken, Task<object>> answer)
{
    private readonly TaskCompletionSource<object?> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer; null: the group changed hands before.</summary>
    public Task<object?> Answer => _answer.Task;

    /// <summary>Finds the answer, which is given once the turn has ended well.</summary>
    public Task<object> FindAsync(GroupTurn turn, CancellationToken cancellationToken) => answer(turn, cancellationToken);

    public void Give(object found) => _answer.TrySetResult(found);

    public void Fail(Exception exception) => _answer.TrySetException(exception);

    /// <summary>The next owner answers.</summary>
    public void PassOn() => _answer.TrySetResult(null);
}
