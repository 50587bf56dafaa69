namespace Failback.Contracts.Control;

/// <summary>Answer to any question whose answering failed unexpectedly.</summary>
/// <param name="Reason">Which service failed and with what kind of error; never row data or secrets.</param>
public sealed record QuestionFailed(string Reason);
