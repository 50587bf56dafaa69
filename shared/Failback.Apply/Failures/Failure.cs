namespace Failback.Apply.Failures;

/// <summary>A target error as data.</summary>
/// <param name="Kind">Decides what happens next.</param>
/// <param name="Code">SQLSTATE or the vendor's code; empty when the refusal is ours.</param>
/// <param name="Message">For people; holds no row data and no secrets.</param>
public sealed record Failure(FailureKind Kind, string Code, string Message)
{
    /// <summary>True when one row or its neighbours cause it, so that isolating rows makes sense.</summary>
    public bool IsAboutRows => Kind is FailureKind.ForeignKey or FailureKind.Unique or FailureKind.Constraint or FailureKind.Data or FailureKind.Unknown;

    /// <summary>True when another order of the same rows may succeed.</summary>
    public bool IsAboutOrder => Kind is FailureKind.ForeignKey or FailureKind.Unique;
}
