using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;

namespace Failback.Control.Calls;

/// <summary>
/// Stores calls with an Idempotency-Key and their answers. They are sealed, because an answer may contain secrets and a digest of
/// one could be guessed.
/// </summary>
internal sealed class CallStore(ControlDatabase database, SecretBox box)
{
    public StoredCall? Find(string id, DateTimeOffset since) => database
        .Query(row => row.GetString(0), "SELECT body FROM repeatable_call WHERE id = $1 AND made_at >= $2", id,
            since.ToUnixTimeMilliseconds())
        .Select(text => JsonSerializer.Deserialize<StoredCall>(box.Open(text), ApiJson.Options))
        .SingleOrDefault();

    public void Save(string id, StoredCall call, DateTimeOffset now) => database.Execute(
        "INSERT INTO repeatable_call (id, made_at, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET made_at = excluded.made_at, "
            + "body = excluded.body",
        id,
        now.ToUnixTimeMilliseconds(),
        box.Seal(JsonSerializer.Serialize(call, ApiJson.Options)));

    public void Remove(string id) => database.Execute("DELETE FROM repeatable_call WHERE id = $1", id);

    /// <summary>
    /// Seals texts of older keys with the current key; a text that cannot be opened stays as it is. Returns the number of resealed
    /// texts.
    /// </summary>
    public int Reseal()
    {
        List<(string Id, string Body)> old = database.Query(
            row => (row.GetString(0), row.GetString(1)), "SELECT id, body FROM repeatable_call WHERE body NOT LIKE $1",
            SecretBox.Prefix(box.KeyId) + "%");
        return old.Sum(
            one => box.TryReseal(one.Body) is { } again
            // The old text is compared: an answer stored meanwhile must not be overwritten.
            ? database.Execute("UPDATE repeatable_call SET body = $3 WHERE id = $1 AND body = $2", one.Id, one.Body, again)
            : 0);
    }

    public int Prune(DateTimeOffset before) =>
        database.Execute("DELETE FROM repeatable_call WHERE made_at < $1", before.ToUnixTimeMilliseconds());
}
