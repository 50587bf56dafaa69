using System.Data.Common;
using Failback.Applier.Oracle.Connection;

namespace Failback.Applier.Oracle.Staging;

/// <summary>Statements on our own tables: one for many rows, and queries by a list of tables or keys.</summary>
internal static class OracleCommands
{
    public static OracleArguments<T> Of<T>(string failback, IReadOnlyList<T> rows, Func<T, string> table) =>
        new OracleArguments<T>(rows).Text("failback", _ => failback).Text("table_name", table);

    public static async Task RunAsync<T>(OracleSession session, string text, OracleArguments<T> rows, CancellationToken cancellationToken)
    {
        if (rows.Count > 0) await session.RunAsync(text, rows.All, cancellationToken, rows.Count);
    }

    public static async Task<IReadOnlyList<T>> ByTableAsync<T>(
        OracleSession session, string text, string failback, IReadOnlyList<string> tables, Func<OracleRecord, T> read,
        CancellationToken cancellationToken)
    {
        OracleList list = OracleList.Of("c.table_name", tables);
        return await session.ReadAsync(
            list.In(text), [OracleArgument.Of("failback", failback), .. list.Arguments], read, cancellationToken);
    }

    public static async Task<IReadOnlyList<T>> ByKeyAsync<T>(
        OracleSession session, string text, string failback, string table, IReadOnlyList<byte[]> keys, Func<OracleRecord, T> read,
        CancellationToken cancellationToken)
    {
        var found = new List<T>();
        foreach (byte[][] part in keys.Chunk(OracleList.Longest))
        {
            OracleList list = OracleList.Of("t.key_digest", part);
            found.AddRange(
                await session.ReadAsync(
                    list.In(text), [OracleArgument.Of("failback", failback), OracleArgument.Of("table_name", table), .. list.Arguments],
                    read, cancellationToken));
        }

        return found;
    }

    public static OracleSession Session(DbTransaction transaction) => (OracleSession)transaction.Connection!;
}
