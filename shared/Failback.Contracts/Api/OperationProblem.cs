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
}
