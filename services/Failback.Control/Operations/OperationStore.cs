using System.Data.Common;
using System.Text.Json;
using Failback.Contracts.Api;
using Failback.Control.Storage;
using Failback.Hosting.Secrets;

namespace Failback.Control.Operations;

/// <summary>Operations in the database. Results may hold the statement of a changefeed with its secrets, so they are sealed.</summary>
internal sealed class OperationStore(ControlDatabase database, SecretBox box)
{
    public void Add(Operation operation) => database.Transact(transaction => Add(transaction, operation));

    /// <summary>Stores a new operation together with other statements.</summary>
    public int Add(StateTransaction transaction, Operation operation) => transaction.Execute(
        "INSERT INTO operation (id, failback, state, cancel, body) VALUES ($1, $2, $3, 0, $4)", operation.Id, operation.Failback,
        Name(operation.State), Body(operation));

    public void Save(Operation operation) => database.Transact(transaction => Save(transaction, operation));

    /// <summary>Stores a changed operation together with other statements.</summary>
    public int Save(StateTransaction transaction, Operation operation) => transaction.Execute(
        "UPDATE operation SET state = $2, body = $3 WHERE id = $1", operation.Id, Name(operation.State), Body(operation));

    /// <summary>Writes how far it is, unless it has ended.</summary>
    public void SaveProgress(Operation operation) =>
        database.Execute(
            "UPDATE operation SET body = $2 WHERE id = $1 AND state = $3", operation.Id, Body(operation), Name(OperationState.Running));

    public Operation? Find(string id) => database.Query(Read, "SELECT body, cancel FROM operation WHERE id = $1", id).SingleOrDefault();

    /// <summary>Newest first, below an id; empty texts mean any.</summary>
    public IReadOnlyList<Operation> List(string failback, string state, string after, int limit) => database.Query(
        Read,
        "SELECT body, cancel FROM operation WHERE ($1 = '' OR failback = $1) AND ($2 = '' OR state = $2) AND ($3 = '' OR id < $3) ORDER "
            + "BY id DESC LIMIT $4",
        failback,
        state,
        after,
        (long)limit);

    public IReadOnlyList<Operation> Running() =>
        database.Query(Read, "SELECT body, cancel FROM operation WHERE state = $1", Name(OperationState.Running));

    /// <returns>False when it has ended.</returns>
    public bool RequestCancel(string id) =>
        database.Execute("UPDATE operation SET cancel = 1 WHERE id = $1 AND state = $2", id, Name(OperationState.Running)) == 1;

    /// <summary>Forgets those that ended and are older than an id.</summary>
    public int Prune(string before) =>
        database.Execute("DELETE FROM operation WHERE id < $1 AND state <> $2", before, Name(OperationState.Running));

    /// <summary>Seals with the present key what older ones sealed; what cannot be opened stays as it is.</summary>
    public int Reseal()
    {
        List<(string Id, string Body)> old = database.Query(
            row => (row.GetString(0), row.GetString(1)),
            "SELECT id, body FROM operation WHERE body LIKE $1 AND body NOT LIKE $2",
            $"%\"sealedResult\":\"{SecretBox.Prefix("%")}%",
            $"%\"sealedResult\":\"{SecretBox.Prefix(box.KeyId)}%");
        return old.Sum(
            one => Resealed(one.Body) is { } again
            ? database.Execute("UPDATE operation SET body = $3 WHERE id = $1 AND body = $2", one.Id, one.Body, again)
            : 0);
    }

    private string? Resealed(string body)
    {
        StoredOperation stored = JsonSerializer.Deserialize<StoredOperation>(body, ApiJson.Options)!;
        return box.TryReseal(stored.SealedResult!) is { } result
            ? JsonSerializer.Serialize(stored with { SealedResult = result }, ApiJson.Options)
            : null;
    }

    private static string Name(OperationState state) => JsonNamingPolicy.CamelCase.ConvertName(state.ToString());

    private string Body(Operation operation) => JsonSerializer.Serialize(
        new StoredOperation(operation with { Result = null }, operation.Result is { } result ? box.Seal(result.GetRawText()) : null),
        ApiJson.Options);

    private Operation Read(DbDataReader row)
    {
        StoredOperation stored = JsonSerializer.Deserialize<StoredOperation>(row.GetString(0), ApiJson.Options)!;
        return stored.Operation with
        {
            CancelRequested = row.GetInt64(1) != 0,
            // Sealed with a key that is gone: the list is worth more than the one result.
            Result = stored.SealedResult is { } sealedText && box.TryOpen(sealedText) is { } result
                ? JsonSerializer.Deserialize<JsonElement>(result)
                : null,
        };
    }

    private sealed record StoredOperation(Operation Operation, string? SealedResult);
}
