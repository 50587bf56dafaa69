using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Failback.Applier.Postgres.Staging;

/// <summary>Statements with parameters by place, for our own tables.</summary>
internal static class PostgresCommands
{
    public static NpgsqlParameter Text(string value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Text };

    public static NpgsqlParameter Long(long value) => new() { Value = value, NpgsqlDbType = NpgsqlDbType.Bigint };

    public static NpgsqlParameter Texts(IReadOnlyList<string> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text };

    public static NpgsqlParameter Bytes(IReadOnlyList<byte[]> values) =>
        new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea };

    public static NpgsqlParameter Longs(long[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint };

    public static NpgsqlParameter Ints(int[] values) => new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer };

    public static NpgsqlParameter Bools(bool[] values) =>
        new() { Value = values, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Boolean };

    /// <returns>Rows touched.</returns>
    public static Task<int> RunAsync(
        DbTransaction transaction, string text, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        RunAsync(transaction.Connection!, transaction, text, parameters, cancellationToken);

    public static Task RunAsync(
        DbConnection connection, string text, CancellationToken cancellationToken, params NpgsqlParameter[] parameters) =>
        RunAsync(connection, null, text, parameters, cancellationToken);

    private static async Task<int> RunAsync(
        DbConnection connection, DbTransaction? transaction, string text, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.AddRange(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public static async Task<IReadOnlyList<T>> QueryAsync<T>(
        DbConnection connection, DbTransaction? transaction, string text, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var command = new NpgsqlCommand(text, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        command.Parameters.AddRange(parameters);
        var found = new List<T>();
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellationToken);
        while (await row.ReadAsync(cancellationToken)) found.Add(read(row));
        return found;
    }
}
