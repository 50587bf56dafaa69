using System.Net.Sockets;
using System.Text.RegularExpressions;
using Failback.Apply.Failures;
using MySqlConnector;

namespace Failback.Applier.MySql.Connection;

/// <summary>
/// Error numbers and driver errors by what to do about them. https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html,
/// https://mariadb.com/kb/en/mariadb-error-code-reference/
/// </summary>
internal static partial class MySqlFailures
{
    private const int DuplicateEntry = 1062;

    public static Failure Classify(Exception exception) => exception switch
    {
        SessionSettingsException e => new Failure(FailureKind.Permission, "session_settings", e.Message),
        MySqlException { ErrorCode: MySqlErrorCode.CommandTimeoutExpired } =>
            new Failure(FailureKind.Transient, "timeout", "statement exceeded applyTimeout") { IsSlow = true },
        MySqlException e when KindOf(e.Number) is { } kind =>
            new Failure(kind, Code(e.Number), Describe(e.Number, e.Message)) { IsSlow = e.Number is 1317 or 1969 or 3024 },
        MySqlNoteException e => new Failure(FailureKind.Data, Code(e.Number), Describe(e.Number, e.Message)),
        MySqlException or TimeoutException or IOException or SocketException =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target failed"),
        OperationCanceledException => new Failure(FailureKind.Transient, "timeout", "the target did not answer in time"),
        ObjectDisposedException or InvalidOperationException { Source: "MySqlConnector" } =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target is not usable"),
        _ => new Failure(FailureKind.Unknown, exception.GetType().Name, "unexpected error"),
    };

    /// <summary>A note or a warning that says that a value was stored as another one.</summary>
    public static bool TellsOfChange(int number) => KindOf(number) is FailureKind.Data or FailureKind.Constraint;

    private static string Code(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Null: the driver's own number for a broken or impossible connection.</summary>
    private static FailureKind? KindOf(int number) => number switch
    {
        1216 or 1217 or 1451 or 1452 => FailureKind.ForeignKey,
        DuplicateEntry or 1022 or 1586 or 1859 => FailureKind.Unique,
        1048 or 1364 or 1644 or 3819 or 4025 =>
            FailureKind.Constraint, // null, no default, SIGNAL of a trigger, CHECK of MySQL, CHECK of MariaDB
        1264 or 1265 or 1292 or 1366 or 1367 or 1390 or 1406 or 1411 or 1416 or 1441 or 1525 or 1690 => FailureKind.Data,
        1118 or 1139 or 1267 or 1300 or 3032 or 3037 or 3055 or 3064 or 3140 or 3141 or 3144 or 3150 or 3156 or 3157 or 3158 =>
            FailureKind.Data,
        3072 or 3073 or 3074 or 3075 or 3616 or 3617 or 3618 or 3643 or 3685 or 3854 or 3903 or 4037 or 4038 or 4079 or 6138 =>
            FailureKind.Data,
        1054 or 1109 or 1136 or 1146 or 1305 or 1906 or 3105 or 1072 or 1412 => FailureKind.Schema,
        1044 or 1142 or 1143 or 1227 or 1370 or 4103 => FailureKind.Permission,
        1045 or 1049 or 1698 => FailureKind.Transient,
        1290 or 1792 or 1836 or 3989 => FailureKind.Transient, // read-only
        1020 or 1205 or 1206 or 1213 or 1614 or 1637 or 1689 or 3058 or 3572 => FailureKind.Transient, // locks and deadlocks
        1021 or 1026 or 1037 or 1038 or 1041 or 1114 or 1534 or 3019 or 3168 or 3675 => FailureKind.Transient, // disk and memory
        1040 or 1042 or 1043 or 1053 or 1077 or 1129 or 1152 or 1158 or 1159 or 1160 or 1161 or 1184 or 1189 or 1203 or 1226 or 1927 =>
            FailureKind.Transient,
        1028 or 1030 or 1047 or 1180 or 1181 or 1196 or 1317 or 1969 or 3024 or 3100 or 3101 or 3169 or 4031 => FailureKind.Transient,
        >= 2000 and < 3000 or <= 0 => null,
        _ => FailureKind.Unknown,
    };

    /// <summary>The server's own words may quote values; only names of objects are taken over.</summary>
    private static string Describe(int number, string message)
    {
        string what = number switch
        {
            1048 => "null in a column that does not allow it",
            1364 => "no value for a column that has no default",
            1451 or 1452 or 1216 or 1217 => "foreign key not satisfied",
            DuplicateEntry or 1022 or 1586 => "unique value taken",
            3819 or 4025 => "check constraint not satisfied",
            1644 => "refused by a trigger",
            1406 => "value longer than the column",
            1264 or 1690 => "number out of the column's range",
            1265 => "value that the column would change",
            1292 or 1411 or 1525 => "value that the column's type does not accept",
            1366 or 1300 or 1267 => "character or value that the column cannot hold",
            3140 or 3141 or 3157 => "JSON that the column does not accept",
            1205 => "lock not granted within applyTimeout",
            1213 => "deadlock",
            1290 or 1792 or 1836 => "the target is read-only",
            1021 or 3675 or 1114 => "disk full",
            1040 or 1203 or 1226 => "too many connections",
            1045 or 1698 => "password refused",
            1049 => "the database does not exist",
            1317 or 1969 or 3024 => "statement exceeded applyTimeout",
            1927 or 4031 => "the session was ended by the server",
            1044 or 1142 or 1143 => $"{message}: {Remedy(message)}",
            1054 or 1146 => message,
            _ => "error",
        };
        Match named = Named().Match(message);
        bool quotes = number is 1044 or 1142 or 1143 or 1054 or 1146;
        return named.Success && !quotes
            ? $"{what} ({named.Groups["kind"].Value.ToLowerInvariant()} {named.Groups["name"].Value})"
            : what;
    }

    /// <summary>The statement that helps. The account's host is not told: the server names the one that the session came from.</summary>
    private static string Remedy(string message) => Denied().Match(message) switch
    {
        { Success: true, Groups: var table } when table["table"].Success =>
            $"GRANT {table["privilege"].Value} ON {table["table"].Value} TO the user of target",
        { Success: true, Groups: var staging } =>
            $"GRANT CREATE, ALTER, SELECT, INSERT, UPDATE, DELETE ON `{staging["database"].Value}`.* TO the user of target",
        _ => "preflight names the GRANT that helps",
    };

    // MariaDB and MySQL 8 write `database`.`table`, older servers 'table'.
    [GeneratedRegex(
        @"^(?<privilege>[A-Z ,]+) command denied to user .+ for table '?(?<table>[^'\s]+)'?$"
            + @"|^Access denied for user .+ to database '(?<database>[^']+)'$",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Denied();

    [GeneratedRegex(
        "(?<kind>column) '(?<name>[^']+)'(?: at row [0-9]+| cannot be null)?$|^(?:Field|Column) '(?<name>[^']+)' (?<kind>)(?:cannot be "
            + "null|doesn't have)|for (?<kind>key) '(?<name>[^']+)'$|(?<kind>CONSTRAINT) [`'](?<name>[^`']+)[`']",
            RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Named();
}
