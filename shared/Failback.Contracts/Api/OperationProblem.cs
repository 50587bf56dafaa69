namespace Failback.Contracts.Api;

/// <summary>Why an operation failed, as problem details say it.</summary>
/// <param name="Status">HTTP status of the refusal.</param>
/// <param name="Code">Stable code for programs.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">What to do next.</param>
/// <param name="Errors">Per field, where fields are what is wrong.</param>
public sealed record OperationProblem(int Status, string Code, string Detail, string Remedy, IReadOnlyList<FieldError>? Errors = null)
{
    /// <summary>The problem of work whose process died or was told to end.</summary>
    public static readonly OperationProblem Interrupted = new(
        503, "interrupted", "control ended while it was at work", "repeat the call: it goes on from where it was");

    /// <summary>The problem of work that a later command on the same failback has made pointless.</summary>
    public static readonly OperationProblem Replaced = new(
        409, "replaced", "a later command on the failback took its place", "GET the failback, and repeat the call if it is still wanted");
}
