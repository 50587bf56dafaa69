using Failback.Contracts.Api;

namespace Failback.Cli.Api;

/// <summary>Problem details, as far as they are shown.</summary>
/// <param name="Code">Stable code; null: not from control.</param>
/// <param name="Title">The status in words.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">What to do next.</param>
/// <param name="Errors">Per field, where fields are what is wrong.</param>
internal sealed record Refusal(string? Code, string? Title, string? Detail, string? Remedy, IReadOnlyList<FieldError>? Errors)
{
    /// <summary>Returns the problem of an operation.</summary>
    public static Refusal Of(OperationProblem problem) => new(problem.Code, null, problem.Detail, problem.Remedy, problem.Errors);

    /// <summary>Returns what the caller is told.</summary>
    /// <param name="code">Code where control gives none.</param>
    /// <param name="exitCode">How the program ends.</param>
    /// <param name="isPassing">Repeating the call later may help.</param>
    public CallFailedException ToException(string code, int exitCode, bool isPassing = false) => new(
        exitCode, Code ?? code,
        Errors is { Count: > 1 } errors
            ? string.Join("; ", errors.Select(error => $"{error.Field}: {error.Message}"))
            : Detail ?? Title ?? "refused",
        Remedy ?? "")
    { FromControl = true, IsPassing = isPassing };
}
