namespace Failback.Control.Calls;

/// <summary>A call with an Idempotency-Key.</summary>
/// <param name="Fingerprint">Digest of what was asked for.</param>
/// <param name="Answer">Null until it is answered.</param>
internal sealed record StoredCall(string Fingerprint, StoredAnswer? Answer);
