using Failback.Control.Api;
using Failback.Control.Definitions;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;

namespace Failback.Control.Failbacks;

/// <summary>Seals what an older secrets key sealed with the present one, so that the older can be taken away.</summary>
internal sealed class Resealing(FailbackStore store, SecretBox box, ILogger<Resealing> log)
{
    /// <exception cref="SecretBoxException">A secret cannot be opened.</exception>
    public void Reseal(FailbackRecord failback)
    {
        string?[] texts = [failback.Definition.Sealed, failback.SealedTarget, failback.WebhookToken?.Sealed];
        if (!texts.OfType<string>().Any(box.IsOutdated)) return;
        try
        {
            store.Save(failback with
            {
                Definition = SealedDefinition.Close(failback.Definition.Open(box), box),
                SealedTarget = Again(failback.SealedTarget),
                WebhookToken = failback.WebhookToken is { Sealed: { } token } known ? known with { Sealed = Again(token) } : failback.WebhookToken,
            });
            ControlLog.Resealed(log, failback.Name, box.KeyId);
        }
        catch (ApiException)
        {
            // Another control process on this database was quicker.
        }
    }

    private string Again(string sealedText) => box.Seal(box.Open(sealedText));
}
