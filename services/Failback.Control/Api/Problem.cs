namespace Failback.Control.Api;

/// <summary>A kind of refusal as the API document describes it.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Meaning">Situation in which it is returned.</param>
internal sealed record Problem(int Status, string Meaning);
