namespace Failback.Control.Api;

/// <summary>A kind of refusal, as the API document tells it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Meaning">When it is answered.</param>
internal sealed record Problem(int Status, string Meaning);
