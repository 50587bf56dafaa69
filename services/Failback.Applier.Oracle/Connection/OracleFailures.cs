using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Failback.Apply.Failures;

namespace Failback.Applier.Oracle.Connection;

/// <summary>Numbers of ORA errors by what to do about them. https://docs.oracle.com/en/error-help/db/</summary>
internal static partial class OracleFailures
{
    private const int UniqueConstraint = 1;

    /// <param name="exception">What was thrown.</param>
    /// <param name="number">Its ORA number; null when it is not the driver's.</param>
    public static Failure Classify(Exception exception, int? number) => exception switch
    {
        _ when number is { } ora =>
            new Failure(KindOf(ora), Code(ora), Describe(ora, exception.Message)) { IsSlow = ora == 1013 },
        TimeoutException or IOException or SocketException =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target failed"),
        OperationCanceledException => new Failure(FailureKind.Transient, "timeout", "the target did not answer in time"),
        ObjectDisposedException or InvalidOperationException { Source: "Oracle.ManagedDataAccess" } =>
            new Failure(FailureKind.Transient, "connection", "the connection to the target is not usable"),
        _ => new Failure(FailureKind.Unknown, exception.GetType().Name, "unexpected error"),
    };

    private static string Code(int number) => string.Create(CultureInfo.InvariantCulture, $"ORA-{number:00000}");

    private static FailureKind KindOf(int number) => number switch
    {
        2291 or 2292 or 2266 or 2449 => FailureKind.ForeignKey,
        UniqueConstraint or 3301 => FailureKind.Unique,
        1400 or 1407 or 2290 or 4088 or (>= 20000 and <= 20999) => FailureKind.Constraint, // null, CHECK, a trigger's own error
        1401 or 1426 or 1438 or 1455 or 1457 or 1458 or 1461 or 1465 or 1480 or 1482 or 1483 or 1722 or 6502 or 12899 or 12704 or 22835
            or 22858 or 24816 or 30926 => FailureKind.Data,
        >= 1810 and <= 1899 => FailureKind.Data, // dates, times and intervals
        (>= 13000 and <= 13499) or (>= 29875 and <= 29879) or (>= 30951 and <= 30999) or (>= 31000 and <= 31099) or (>= 40440 and <= 40699)
            or (>= 51800 and <= 51899) => FailureKind.Data, // geometry, XML, JSON, vectors
        904 or 913 or 918 or 932 or 942 or 947 or 957 or 980 or 1733 or 1747 or 1776 or 1779 or 2289 or 4043 or 4098 or 12987 or 32795
            or 32796 or 38104 or 54012 or 54013 or 54017 => FailureKind.Schema,
        1031 or 1720 or 1749 or 1950 or 28112 or 28115 or (>= 41900 and <= 41909) => FailureKind.Permission,
        51 or 54 or 60 or 1013 or 1555 or 4020 or 4021 or 8177 or 12860 or 30006 or 30036 =>
            FailureKind.Transient, // locks, deadlocks, time, undo
        1017 or 1005 or (>= 28000 and <= 28009) => FailureKind.Transient, // password, account
        17 or 18 or 19 or 20 or 21 or 22 or 24 or 25 or 26 or 28 or 40 or 2391 or 2392 or 2395 or 2396 or 2397 or 2399 =>
            FailureKind.Transient, // sessions
        257 or 1536 or (>= 1650 and <= 1659) or 1683 or 1688 or 1691 or 1692 or 4030 or 4031 or 4036 or (>= 19500 and <= 19599) or 19809
            or 19815 => FailureKind.Transient, // disk and memory
        1010 or 1012 or 1014 or 1033 or 1034 or 1035 or 1041 or 1089 or 1090 or 1092 or 1109 or 1456 or 16000 or 16456 or 3111 or 3113
            or 3114 or 3134 or 3135 or 3136 or 3137 or 3156 => FailureKind.Transient,
        4061 or 4065 or 4068 or 8102 or 8103 or 10632 => FailureKind.Transient, // states that a repetition clears
        (>= 12150 and <= 12699) or (>= 25400 and <= 25425) or (>= 50000 and <= 50299) or (>= 57000 and <= 57999) =>
            FailureKind.Transient, // the net, failover, the driver's own
        _ => FailureKind.Unknown,
    };

    /// <summary>The server's own words may quote values; only names of objects are taken over.</summary>
    private static string Describe(int number, string message)
    {
        string what = number switch
        {
            1400 or 1407 => "null in a column that does not allow it",
            2291 or 2292 => "foreign key not satisfied",
            UniqueConstraint => "unique value taken",
            2290 => "check constraint not satisfied",
            >= 20000 and <= 20999 or 4088 => "refused by a trigger",
            12899 or 1401 => "value longer than the column",
            1438 or 1426 => "number out of the column's range",
            1722 => "text that is not a number",
            >= 1810 and <= 1899 => "value that a date, time or interval column does not accept",
            1461 or 24816 => "value longer than a statement takes",
            51 or 54 or 30006 => "lock not granted in time",
            60 => "deadlock",
            1013 => "statement exceeded applyTimeout",
            8177 => "changed by another transaction",
            1456 or 16000 or 16456 => "the target is read-only",
            1950 or 1536 => "no room left for the user in its tablespace: ALTER USER … QUOTA",
            257 or (>= 1650 and <= 1659) or 1683 or 1688 or 1691 or 1692 or 19809 or 19815 => "disk full",
            1017 or 1005 => "user or password refused",
            28000 => "the account is locked",
            28001 => "the password has expired",
            32795 or 32796 =>
                "the column is GENERATED ALWAYS AS IDENTITY, whose values Oracle lets nobody write: ALTER TABLE … MODIFY … GENERATED BY "
                    + "DEFAULT AS IDENTITY",
            942 =>
                "the table is not there, or the user has no privilege on it: GRANT SELECT, INSERT, UPDATE, DELETE ON the table TO the "
                    + "user of target",
            1031 => "privilege missing: GRANT SELECT, INSERT, UPDATE, DELETE ON the table TO the user of target",
            904 => "a column is not there",
            12514 or 12505 => "the listener does not know the service",
            12541 or 12170 or 12545 or 12543 => "the listener does not answer",
            1033 or 1034 or 1089 or 1090 or 1109 or 12528 => "the database is not open",
            _ => "error",
        };
        Match named = Named().Match(message);
        return named.Success ? $"{what} ({named.Groups["name"].Value.Replace("\"", "", StringComparison.Ordinal)})" : what;
    }

    [GeneratedRegex(
        """constraint \((?<name>[^()]+)\) violated|(?<name>"[^"]+"(\."[^"]+")+)|ORA-00904: (?<name>"[^"]+"(\."[^"]+")*)""",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Named();
}
