using Failback.Contracts.Api;

namespace Failback.Control.Preflight;

/// <summary>A condition on rows of the source that says that the target could not take them.</summary>
/// <param name="Condition">CockroachDB's SQL.</param>
/// <param name="Found">What to report when some row fulfils it.</param>
internal sealed record ValueTest(string Condition, Check Found);
