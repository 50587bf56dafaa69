using Failback.Contracts.Api;
using Failback.Control.Api;

namespace Failback.Control.Steps;

/// <summary>Why the present step of a run does not succeed.</summary>
/// <param name="Problem">The last refusal.</param>
/// <param name="Since">Time of the first failure in a row.</param>
/// <param name="Attempts">Failures in a row.</param>
/// <param name="Next">Time of the next attempt.</param>
internal sealed record StepFailure(OperationProblem Problem, DateTimeOffset Since, int Attempts, DateTimeOffset Next)
{
    public ApiException ToException() =>
        new(Problem.Status, Problem.Code, Problem.Detail, Problem.Remedy) { Fields = Problem.Errors ?? [] };
}
