namespace Failback.Apply.Dialects;

/// <summary>A part with its answer.</summary>
/// <param name="rows">The batch.</param>
public abstract class StatementPart<T>(RowBatch rows) : StatementPart(rows)
{
    private T? _answer;
    private bool _isSent;

    /// <summary>What the target answered.</summary>
    /// <exception cref="InvalidOperationException">The part was not sent.</exception>
    public T Answer
    {
        get => _isSent ? _answer! : throw new InvalidOperationException("the part was not sent");
        protected set => (_answer, _isSent) = (value, true);
    }
}
