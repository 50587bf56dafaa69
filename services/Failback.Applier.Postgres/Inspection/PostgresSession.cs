using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>The user of target, the database and the server as <see cref="PostgresInspectionSql.Session"/> tells.</summary>
internal sealed record PostgresSession(
    string User, string Database, string Encoding, bool MayCreate, bool IsStandby, bool IsReadOnly, bool CommitsAreDurable,
    DateTimeOffset Clock, int Connections, int MostConnections)
{
    public static PostgresSession Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetBoolean(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6),
        new DateTimeOffset(row.GetDateTime(7).ToUniversalTime()), row.GetInt32(8), row.GetInt32(9));
}
