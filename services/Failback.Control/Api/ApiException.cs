namespace Failback.Control.Api;

/// <summary>A request that cannot be served; becomes problem details. Texts hold no secrets.</summary>
/// <param name="status">HTTP status.</param>
/// <param name="code">Stable code for programs.</param>
/// <param name="detail">What is wrong.</param>
/// <param name="remedy">What to do next.</param>
internal sealed class ApiException(int status, string code, string detail, string remedy) : Exception(detail)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string Remedy { get; } = remedy;

    /// <summary>When to call again; null: not said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Per field of the definition, when that is what is wrong.</summary>
    public IReadOnlyList<FieldError> Fields { get; init; } = [];
}

/// <summary>What is wrong with one field, named by its path.</summary>
internal sealed record FieldError(string Field, string Message);
