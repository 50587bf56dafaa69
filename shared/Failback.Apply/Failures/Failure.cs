namespace Failback.Apply.Failures;

/// <summary>A target error as data.</summary>
/// <param name="Kind">Decides what happens next.</param>
/// <param name="Code">SQLSTATE or the vendor's code; empty when the refusal is ours.</param>
/// <param name="Message">For people; holds no row data and no secrets.</param>
public sealed record Failure(FailureKind Kind, string Code, string Message)
{
    /// <summary>A statement ran longer than it may: fewer rows to a statement may do.</summary>
    public bool IsSlow { get; init; }

    /// <summary>True when one row or its neighbours cause it, so that isolating rows makes sense.</summary>
    public bool IsAboutRows =>
        Kind is FailureKind.ForeignKey or FailureKind.Unique or FailureKind.Constraint or FailureKind.Data or FailureKind.Unknown;

    /// <summary>For logs: what a userscript says of a row may quote it, and stays in the letter.</summary>
    public string LogText => Kind == FailureKind.Script ? "the userscript failed" : Message;

    /// <summary>True when another order of the same rows may succeed.</summary>
    public bool IsAboutOrder => Kind is FailureKind.ForeignKey or FailureKind.Unique;
}
