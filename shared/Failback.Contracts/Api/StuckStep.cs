namespace Failback.Contracts.Api;

/// <summary>Why an operation that goes on does not get further; it is tried again by itself.</summary>
/// <param name="Code">Stable code of the last refusal.</param>
/// <param name="Detail">What is wrong.</param>
/// <param name="Remedy">What to do next.</param>
/// <param name="Since">Time of the first failure in a row.</param>
/// <param name="Attempts">Failures in a row.</param>
/// <param name="Next">Time of the next attempt.</param>
public sealed record StuckStep(string Code, string Detail, string Remedy, DateTimeOffset Since, int Attempts, DateTimeOffset Next);
