using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;

namespace Failback.Control.Audit;

/// <summary>Stores the audit log in the database. Lines are only added; each contains the hash of the previous one.</summary>
internal sealed class AuditStore(ControlDatabase database)
{
    /// <summary>
    /// Adds a line. The row of the head is locked until the commit, so that two processes never continue the same line.
    /// </summary>
    public AuditEntry Add(AuditEntry entry) => database.Transact(transaction =>
    {
        transaction.Execute("UPDATE audit_head SET number = number + 1");
        (long number, string head) = transaction.Query(
            row => (row.GetInt64(0), row.GetString(1)), "SELECT number, hash FROM audit_head")[0];
        AuditEntry line = entry.Behind(head);
        transaction.Execute(
            "INSERT INTO audit (number, body) VALUES ($1, $2)", number, JsonSerializer.Serialize(line, ApiJson.Options));
        transaction.Execute("UPDATE audit_head SET hash = $1", line.Hash);
        return line;
    });

    /// <summary>Returns the lines after a number, oldest first.</summary>
    public IReadOnlyList<(long Number, AuditEntry Entry)> Read(long after, int limit) => database.Query(
        row => (row.GetInt64(0), JsonSerializer.Deserialize<AuditEntry>(row.GetString(1), ApiJson.Options)!),
        "SELECT number, body FROM audit WHERE number > $1 ORDER BY number LIMIT $2",
        after,
        (long)limit);

    /// <summary>Returns number and hash of the last line.</summary>
    public (long Number, string Hash) Head() =>
        database.Query(row => (row.GetInt64(0), row.GetString(1)), "SELECT number, hash FROM audit_head")[0];
}
