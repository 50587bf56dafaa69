using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Published;

/// <summary>Every service at once: control, a sink and an applier of each product.</summary>
public sealed class PublishedStackFixture : StackFixture
{
    protected override StackOptions Options =>
        new(ApplierSettings: new() { ["Failback__Oracle__DriverFolder"] = Repository.OracleStandIn });

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        ServiceProcess[] more = [Stack.AddApplier("Failback.Applier.MySql"), Stack.AddApplier("Failback.Applier.Oracle")];
        foreach (ServiceProcess applier in more) applier.Start();
        await Task.WhenAll(more.Select(applier => applier.WaitReadyAsync()));
    }
}
