using Npgsql;

namespace Failback.Applier.Postgres.Inspection;

/// <summary>The user of target, the database and the server as <see cref="PostgresInspectionSql.Session"/> tells.</summary>
internal sealed record PostgresSite(
    string User, bool IsSuperuser, string Database, string Encoding, bool MayCreate, bool IsStandby, bool IsReadOnly,
    bool CommitsAreDurable, DateTimeOffset Clock)
{
    /// <summary>Connections that the server lets ordinary users have, and those in use.</summary>
    public (int Most, int Used) OfServer { get; private init; }

    /// <summary>Connections to the database; -1: no limit of its own.</summary>
    public (int Most, int Used) OfDatabase { get; private init; }

    /// <summary>Connections of the user; -1: no limit of its own.</summary>
    public (int Most, int Used) OfUser { get; private init; }

    public static PostgresSite Read(NpgsqlDataReader row) => new(
        row.GetString(0), row.GetBoolean(1), row.GetString(2), row.GetString(3), row.GetBoolean(4), row.GetBoolean(5), row.GetBoolean(6),
        row.GetBoolean(7), new DateTimeOffset(row.GetDateTime(8).ToUniversalTime()))
    {
        OfServer = (row.GetInt32(9), row.GetInt32(10)),
        OfDatabase = (row.GetInt32(11), row.GetInt32(12)),
        OfUser = (row.GetInt32(13), row.GetInt32(14)),
    };
}
