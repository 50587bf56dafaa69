using Failback.Apply.Staging;
using Failback.Apply.Writing;
using Failback.Contracts.Control;
using Microsoft.Extensions.Logging;

namespace Failback.Apply.Groups;

/// <summary>What the parts of one group share.</summary>
/// <param name="Spec">The failback.</param>
/// <param name="TargetUrl">Opened connection URL; a secret.</param>
/// <param name="Dialect">The target's dialect.</param>
/// <param name="Staging">Our tables in the target.</param>
/// <param name="Writer">Writes changes in order.</param>
/// <param name="Options">Settings of the process.</param>
/// <param name="Replica">Name of this process.</param>
/// <param name="Time">Clock.</param>
/// <param name="Logger">Log.</param>
internal sealed record GroupContext(
    FailbackSpec Spec,
    string TargetUrl,
    ITargetDialect Dialect,
    IStagingStore Staging,
    WindowWriter Writer,
    ApplierOptions Options,
    string Replica,
    TimeProvider Time,
    ILogger Logger);
