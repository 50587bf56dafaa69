using System.Data.Common;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;

namespace Failback.Control.Registry;

/// <summary>
/// Stores the versions of userscripts in the database. The caller holds the failback's command lock, so that no version number is
/// assigned twice.
/// </summary>
internal sealed class ScriptStore(ControlDatabase database)
{
    public IReadOnlyList<ScriptRecord> All(string failback) =>
        database.Query(Read, "SELECT body FROM userscript WHERE failback = $1 ORDER BY version", failback);

    public ScriptRecord? Find(string failback, long version) =>
        database.Query(Read, "SELECT body FROM userscript WHERE failback = $1 AND version = $2", failback, version).SingleOrDefault();

    /// <summary>Returns the version with this text, or null.</summary>
    public ScriptRecord? FindText(string failback, string sha256) =>
        database.Query(Read, "SELECT body FROM userscript WHERE failback = $1 AND sha256 = $2", failback, sha256).SingleOrDefault();

    public long NextVersion(string failback) =>
        database.Query(row => row.GetInt64(0), "SELECT coalesce(max(version), 0) + 1 FROM userscript WHERE failback = $1", failback)[0];

    public void Add(string failback, ScriptRecord script) => database.Transact(transaction => Add(transaction, failback, script));

    /// <summary>Adds a version as part of a transaction.</summary>
    public static int Add(StateTransaction transaction, string failback, ScriptRecord script) => transaction.Execute(
        "INSERT INTO userscript (failback, version, sha256, body) VALUES ($1, $2, $3, $4)",
        failback,
        script.Version,
        script.Sha256,
        JsonSerializer.Serialize(script, ApiJson.Options));

    private static ScriptRecord Read(DbDataReader row) =>
        JsonSerializer.Deserialize<ScriptRecord>(row.GetString(0), ApiJson.Options)!;
}
