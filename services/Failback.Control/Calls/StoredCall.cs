namespace Failback.Control.Calls;

/// <summary>A stored call with an Idempotency-Key.</summary>
/// <param name="Fingerprint">SHA-256 of method, path, query, the headers that change the outcome, and body.</param>
/// <param name="Answer">Its answer; null until there is one.</param>
internal sealed record StoredCall(string Fingerprint, StoredAnswer? Answer);
