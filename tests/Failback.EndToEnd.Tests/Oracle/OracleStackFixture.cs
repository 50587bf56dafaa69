using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Oracle;

/// <summary>A stack whose applier is the one for Oracle, with the stand-in for its driver.</summary>
public sealed class OracleStackFixture : StackFixture
{
    protected override StackOptions Options => new(
        Applier: "Failback.Applier.Oracle",
        ApplierSettings: new() { ["Failback__Oracle__DriverFolder"] = Repository.OracleStandIn });
}
