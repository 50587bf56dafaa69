using Failback.Contracts.Api;

namespace Failback.Control.Api;

/// <summary>A request that cannot be served. It becomes problem details (RFC 9457); texts contain no secrets.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Stable code for programs.</param>
/// <param name="detail">Description of the problem.</param>
/// <param name="remedy">Next step for the caller.</param>
internal sealed class ApiException(int status, string code, string detail, string remedy) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Remedy { get; } = remedy;

    /// <summary>Time after which the call may be repeated; null: not stated.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Errors by field of the definition, when the definition is wrong.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];

    /// <summary>Returns the refusal as an operation keeps it.</summary>
    public OperationProblem ToProblem() => new(Status, Code, Message, Remedy, Fields.Count > 0 ? Fields : null);
}
