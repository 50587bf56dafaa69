using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Failback.Messaging.ControlPlane;

/// <summary>Lets an applier answer control's question for the tables of a target.</summary>
public static class TargetDescriberRegistration
{
    /// <summary>Consumes <see cref="DescribeTarget"/> of one dialect; all replicas of the applier share the queue.</summary>
    /// <param name="bus">The bus being configured.</param>
    /// <param name="dialect"><c>postgres</c>, <c>mysql</c> or <c>oracle</c>.</param>
    /// <param name="describe">Opens the target and lists its tables. A failure the operator can mend is answered in
    /// <see cref="TargetDescription.Error"/>, without secrets; an exception is logged here and answered as its type.</param>
    public static IBusRegistrationConfigurator AddTargetDescriber(
        this IBusRegistrationConfigurator bus,
        string dialect,
        Func<IServiceProvider, DescribeTarget, CancellationToken, Task<TargetDescription>> describe)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddSingleton(provider => new TargetDescriber((request, token) => describe(provider, request, token)));
        bus.AddConsumer<DescribeTargetConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = ControlPlaneQueues.Describe(dialect);
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConcurrentMessageLimit = 4;
        });
        return bus;
    }
}
