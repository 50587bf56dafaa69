using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Contracts.Control;
using Failback.Control.Storage;

namespace Failback.Control.Continuity;

/// <summary>The witnesses in the database, outside of every target and queue.</summary>
internal sealed class WitnessStore(ControlDatabase database)
{
    /// <summary>Returns the witnesses of a failback's tables.</summary>
    public IReadOnlyList<TableWitness> Find(string failback) =>
        database.Query(row => Read(row.GetString(0)), "SELECT body FROM witness WHERE failback = $1", failback);

    /// <summary>
    /// Adds what was reported to what is stored, so that a witness never falls; of a failback that is gone nothing is stored.
    /// </summary>
    public void Raise(IReadOnlyCollection<(string Failback, TableWitness Witness)> reported) => database.Transact(transaction =>
    {
        foreach ((string failback, TableWitness witness) in reported)
        {
            TableWitness? stored = transaction.Query(
                row => Read(row.GetString(0)), "SELECT body FROM witness WHERE failback = $1 AND table_name = $2", failback, witness.Table)
                .SingleOrDefault();
            Write(transaction, failback, WitnessBoard.Later(stored, witness));
        }

        return reported.Count;
    });

    /// <summary>Puts the witnesses of a failback in the place of those that are stored, in the transaction of a rewind.</summary>
    public static void Replace(StateTransaction transaction, string failback, IReadOnlyList<TableWitness> witnesses)
    {
        transaction.Execute("DELETE FROM witness WHERE failback = $1", failback);
        foreach (TableWitness witness in witnesses) Write(transaction, failback, witness);
    }

    private static void Write(StateTransaction transaction, string failback, TableWitness witness) => transaction.Execute(
        """
        INSERT INTO witness (failback, table_name, body) SELECT name, $2, $3 FROM failback WHERE name = $1
        ON CONFLICT (failback, table_name) DO UPDATE SET body = excluded.body
        """,
        failback, witness.Table, JsonSerializer.Serialize(witness, ApiJson.Options));

    private static TableWitness Read(string body) => JsonSerializer.Deserialize<TableWitness>(body, ApiJson.Options)!;
}
