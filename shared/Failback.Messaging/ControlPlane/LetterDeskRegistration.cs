using Failback.Contracts.Control;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace Failback.Messaging.ControlPlane;

/// <summary>Lets an applier answer control's questions about letters.</summary>
public static class LetterDeskRegistration
{
    /// <summary>Consumes <see cref="FindDeadLetters"/>, <see cref="ShowDeadLetter"/> and <see cref="SettleDeadLetters"/> of one dialect; all replicas of the applier share the queue.</summary>
    public static IBusRegistrationConfigurator AddLetterDesk(
        this IBusRegistrationConfigurator bus,
        string dialect,
        Func<IServiceProvider, FindDeadLetters, CancellationToken, Task<FoundDeadLetters>> find,
        Func<IServiceProvider, ShowDeadLetter, CancellationToken, Task<ShownDeadLetter>> show,
        Func<IServiceProvider, SettleDeadLetters, CancellationToken, Task<SettledDeadLetters>> settle)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AddSingleton(provider => new LetterAnswers((query, token) => find(provider, query, token), (request, token) => show(provider, request, token), (request, token) => settle(provider, request, token)));
        bus.AddConsumer<LetterDeskConsumer>().Endpoint(endpoint =>
        {
            endpoint.Name = ControlPlaneQueues.Letters(dialect);
            endpoint.ConfigureConsumeTopology = false;
            endpoint.ConcurrentMessageLimit = 4;
        });
        return bus;
    }
}
