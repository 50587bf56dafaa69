using Failback.Testing.Processes;

namespace Failback.EndToEnd.Tests.Faults;

/// <summary>
/// A copy of a target within its database, which can be put back as a restore would: rows and our own tables, no sessions.
/// </summary>
/// <param name="database">The target.</param>
/// <param name="schema">Schema of the tables.</param>
/// <param name="tables">The tables.</param>
internal sealed class TargetCopy(TestDatabase database, string schema, IEnumerable<string> tables)
{
    private static readonly string[] Own = ["checkpoint", "publisher_position", "row_version", "pending_mutation"];

    private (string From, string Copy)[] Tables => [
        .. tables.Select((t, i) => ($"\"{schema}\".{t}", $"copied.t{i}")),
        .. Own.Select(t => ($"{database.StagingSchema}.{t}", $"copied.own_{t}"))];

    /// <summary>Copies all tables as they are at one moment.</summary>
    public Task TakeAsync() => database.ExecuteAsync(
        "begin isolation level repeatable read; drop schema if exists copied cascade; create schema copied; "
            + string.Concat(Tables.Select(t => $"create table {t.Copy} as select * from {t.From}; ")) + "commit");

    /// <summary>Puts them back.</summary>
    public Task PutBackAsync() => database.ExecuteAsync(
        "begin; set local session_replication_role = replica; "
            + string.Concat(Tables.Select(t => $"delete from {t.From}; insert into {t.From} select * from {t.Copy}; ")) + "commit");
}
