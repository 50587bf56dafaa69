using System.Net.Sockets;
using System.Text.RegularExpressions;
using Failback.Apply.Failures;
using Npgsql;

namespace Failback.Applier.Postgres.Connection;

/// <summary>SQLSTATEs and driver errors by what to do about them. https://www.postgresql.org/docs/current/errcodes-appendix.html</summary>
internal static partial class PostgresFailures
{
    public static Failure Classify(Exception exception) => exception switch
    {
        SessionSettingsException e => new Failure(FailureKind.Permission, "session_settings", e.Message),
        PostgresException e => new Failure(KindOf(e.SqlState), e.SqlState, Describe(e))
        {
            IsSlow = e.SqlState == PostgresErrorCodes.QueryCanceled,
        },
        NpgsqlException or TimeoutException or IOException or SocketException =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target failed"),
        OperationCanceledException => new Failure(FailureKind.Transient, "timeout", "the target did not answer in time"),
        ObjectDisposedException or InvalidOperationException { Source: "Npgsql" } =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target is not usable"),
        _ => new Failure(FailureKind.Unknown, exception.GetType().Name, "unexpected error"),
    };

    private static FailureKind KindOf(string state) => state switch
    {
        PostgresErrorCodes.ForeignKeyViolation => FailureKind.ForeignKey,
        PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation => FailureKind.Unique,
        PostgresErrorCodes.InsufficientPrivilege => FailureKind.Permission,
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => FailureKind.Transient,
        PostgresErrorCodes.InvalidCatalogName => FailureKind.Transient,
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName =>
            FailureKind.Schema,
        PostgresErrorCodes.UndefinedObject or PostgresErrorCodes.DatatypeMismatch or PostgresErrorCodes.InvalidColumnReference =>
            FailureKind.Schema,
        "428C9" /* generated always */ or PostgresErrorCodes.WrongObjectType => FailureKind.Schema,
        PostgresErrorCodes.FeatureNotSupported => FailureKind.Schema, // "cached plan must not change result type" after DDL on the table
        PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.LockNotAvailable => FailureKind.Transient,
        "25P03" or "25P04" => FailureKind.Transient, // idle-in-transaction and transaction timeouts
        // Statements prepared by another client, or gone: a session is no client's own. It is so again after any number of tries.
        PostgresErrorCodes.DuplicatePreparedStatement or PostgresErrorCodes.InvalidSqlStatementName => FailureKind.Permission,
        { Length: 5 } => KindOfClass(state[..2]),
        _ => FailureKind.Unknown,
    };

    private static FailureKind KindOfClass(string @class) => @class switch
    {
        "08" or "40" or "53" or "55" or "57" or "58" or "F0" => FailureKind.Transient,
        "22" => FailureKind.Data,
        "23" or "44" or "P0" => FailureKind.Constraint,
        _ => FailureKind.Unknown,
    };

    /// <summary>The server's own words may quote values; only names of objects are taken over.</summary>
    private static string Describe(PostgresException e)
    {
        string what = e.SqlState switch
        {
            PostgresErrorCodes.NotNullViolation => "null in a column that does not allow it",
            PostgresErrorCodes.ForeignKeyViolation => "foreign key not satisfied",
            PostgresErrorCodes.UniqueViolation => "unique value taken",
            PostgresErrorCodes.ExclusionViolation => "value excluded by that of another row",
            PostgresErrorCodes.CheckViolation when e.Routine == "ExecFindPartition" => "the table has no partition for the row",
            PostgresErrorCodes.CheckViolation => "check constraint not satisfied",
            PostgresErrorCodes.DuplicatePreparedStatement or PostgresErrorCodes.InvalidSqlStatementName =>
                "a pooler in between gives one session to several clients: let target name the server itself, or a pool in session mode",
            PostgresErrorCodes.StringDataRightTruncation => "text longer than the column",
            PostgresErrorCodes.NumericValueOutOfRange => "number out of the column's range",
            PostgresErrorCodes.InvalidTextRepresentation => "text that the column's type does not accept",
            PostgresErrorCodes.UntranslatableCharacter or PostgresErrorCodes.CharacterNotInRepertoire =>
                "character that the database cannot hold",
            PostgresErrorCodes.QueryCanceled => "statement exceeded applyTimeout",
            PostgresErrorCodes.LockNotAvailable => "lock not granted within applyTimeout",
            PostgresErrorCodes.DeadlockDetected => "deadlock",
            PostgresErrorCodes.DiskFull => "disk full",
            PostgresErrorCodes.ReadOnlySqlTransaction => "the target is read-only",
            PostgresErrorCodes.InvalidPassword => "password refused",
            PostgresErrorCodes.InsufficientPrivilege => $"{e.MessageText}: {Remedy(e.MessageText)}",
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => e.MessageText,
            _ => e.Routine is null ? "error" : $"error in {e.Routine}",
        };
        string where = string.Join(' ', new[] { ("table", e.TableName), ("column", e.ColumnName), ("constraint", e.ConstraintName) }
            .Where(p => p.Item2 is not null).Select(p => $"{p.Item1} {p.Item2}"));
        return where.Length == 0 ? what : $"{what} ({where})";
    }

    /// <summary>The statement that helps; in a server's other languages, where to find it.</summary>
    private static string Remedy(string message) => Denied().Match(message) is { Success: true } denied
        ? (denied.Groups["kind"].Value, denied.Groups["name"].Value) switch
        {
            ("query would be affected by row-level security policy for table", _) => "ALTER ROLE … BYPASSRLS for the user of target",
            ("permission denied for table", var name) => $"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE {name} TO the user of target",
            ("permission denied for schema", var name) => $"GRANT USAGE ON SCHEMA {name} TO the user of target",
            ("permission denied for database", var name) =>
                $"GRANT CREATE ON DATABASE {name} TO the user of target, or make the staging schema for it",
            ("must be owner of table", var name) => $"ALTER TABLE {name} OWNER TO the user of target",
            var (_, name) => $"GRANT on {name} to the user of target",
        }
        : "preflight names the GRANT that helps";

    [GeneratedRegex(
        @"\A(?<kind>permission denied for \w+|must be owner of \w+|query would be affected by row-level security policy for table) "
            + @"(?<name>.+)\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Denied();
}
