using System.Data.Common;
using Failback.Control.Api;
using Failback.Control.Calls;
using Failback.Control.Definitions;
using Failback.Control.Fleet;
using Failback.Control.Operations;
using Failback.Control.Registry;
using Failback.Control.Settings;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;

namespace Failback.Control.Lifecycle;

/// <summary>
/// Seals what an older secrets key sealed with the present one, so that the older can be taken away: soon after the key file has changed,
/// and once a minute for what another control sealed meanwhile. Appliers hear of it at once.
/// </summary>
internal sealed class Resealing(
    FailbackStore store, OperationStore operations, CallStore calls, SecretBox box, CommandLocks locks, Announcer announcer,
        Leadership leadership, TimeProvider time, ILogger<Resealing> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    private string _doneWith = "";
    private long _doneAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!leadership.Leads) continue;
            try
            {
                await LookAsync(box.KeyId, stoppingToken);
            }
            catch (DbException e)
            {
                ControlLog.StateNotRead(log, e.GetType().Name);
            }
        }
    }

    private async Task LookAsync(string key, CancellationToken cancellationToken)
    {
        if (_doneWith == key && time.GetElapsedTime(_doneAt) < Again) return;
        bool all = true;
        FailbackRecord[] outdated = [.. store.All().Failbacks.Where(IsOutdated)];
        foreach (FailbackRecord failback in outdated) all &= await ResealAsync(failback.Name, cancellationToken);
        int others = operations.Reseal() + calls.Reseal();
        if (!all) return;
        if (outdated.Length + others > 0 || (_doneWith.Length > 0 && _doneWith != key)) ControlLog.AllResealed(log, key, others);
        (_doneWith, _doneAt) = (key, time.GetTimestamp());
    }

    private bool IsOutdated(FailbackRecord failback) =>
        ((string?[])[failback.Definition.Sealed, failback.SealedTarget, failback.WebhookToken?.Sealed]).OfType<string>()
        .Any(box.IsOutdated);

    /// <returns>False: a command is at work on it, or a secret cannot be opened, which the log says at the start; it is tried
    /// again.</returns>
    private async Task<bool> ResealAsync(string name, CancellationToken cancellationToken)
    {
        if (await locks.TryEnterAsync(name, cancellationToken) is not { } turn) return false;
        using (turn)
        {
            if (store.Find(name) is not { } failback || !IsOutdated(failback)) return true;
            try
            {
                failback = store.Save(failback with
                {
                    Definition = SealedDefinition.Close(failback.Definition.Open(box), box),
                    SealedTarget = box.Reseal(failback.SealedTarget),
                    WebhookToken = failback.WebhookToken is { Sealed: { } token } known
                        ? known with { Sealed = box.Reseal(token) }
                        : failback.WebhookToken,
                });
                ControlLog.Resealed(log, name, box.KeyId);
            }
            catch (Exception e) when (e is ApiException or SecretBoxException)
            {
                return false;
            }

            await announcer.TellAsync(failback, cancellationToken);
            return true;
        }
    }
}
