using Failback.Apply.Failures;
using Microsoft.Data.Sqlite;

namespace Failback.Dialects.Tests.Toy;

/// <summary>Result codes by what to do about them. https://www.sqlite.org/rescode.html</summary>
internal static class ToyFailures
{
    public static Failure Classify(Exception exception) => exception switch
    {
        ToyForeignKeyException => new Failure(FailureKind.ForeignKey, "787", "foreign key not satisfied"),
        SqliteException e =>
            new Failure(
                KindOf(e), e.SqliteExtendedErrorCode.ToString(System.Globalization.CultureInfo.InvariantCulture),
                "refused by the database"),
        OperationCanceledException or IOException => new Failure(FailureKind.Transient, "connection", "the target does not answer"),
        _ => new Failure(FailureKind.Unknown, exception.GetType().Name, "unexpected error"),
    };

    private static FailureKind KindOf(SqliteException e) => (e.SqliteErrorCode, e.SqliteExtendedErrorCode) switch
    {
        (_, 787) => FailureKind.ForeignKey,
        (_, 2067 or 1555) => FailureKind.Unique,
        (19, _) => FailureKind.Constraint,
        (5 or 6 or 10 or 13, _) => FailureKind.Transient,
        (1, _) => FailureKind.Schema,
        (20 or 18, _) => FailureKind.Data,
        _ => FailureKind.Unknown,
    };
}

/// <summary>Postponed foreign keys are not satisfied.</summary>
internal sealed class ToyForeignKeyException() : Exception("foreign key not satisfied");
