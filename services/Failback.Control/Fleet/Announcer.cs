using Failback.Contracts.Control;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Messaging.ControlPlane;

namespace Failback.Control.Fleet;

/// <summary>
/// Announces to every service that a failback changed. A failed announcement does not fail the change, because services also ask by
/// themselves.
/// </summary>
internal sealed class Announcer(ControlPlaneClient client, ILogger<Announcer> log)
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(2);

    public async Task TellAsync(FailbackRecord failback, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Without a broker a publication would wait for ever, and with it the caller whose change is already saved.
        deadline.CancelAfter(Within);
        try
        {
            await client.PublishAsync(new FailbackChanged(failback.ToSpec()), deadline.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ControlLog.NotPublished(log, failback.Name, e.GetType().Name);
        }
    }
}
