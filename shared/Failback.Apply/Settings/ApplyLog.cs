using Microsoft.Extensions.Logging;

namespace Failback.Apply.Settings;

/// <summary>Log messages of the engine, ids 2000–2999. No row data, no secrets.</summary>
internal static partial class ApplyLog
{
    [LoggerMessage(2000, LogLevel.Information, "staging database name: {Schema}")]
    public static partial void StagingName(ILogger logger, string schema);

    [LoggerMessage(2001, LogLevel.Information, "{Failback}: taking over {Tables} tables, epoch {Epoch}, resolved {Resolved}")]
    public static partial void TookOver(ILogger logger, string failback, int tables, long epoch, string resolved);

    [LoggerMessage(2002, LogLevel.Warning, "{Failback}: fenced, another replica owns the tables now; dropping what is held")]
    public static partial void Fenced(ILogger logger, string failback);

    [LoggerMessage(2003, LogLevel.Warning, "{Failback}: target failed ({Code} {Reason}), attempt {Attempt}, trying again in {Delay}")]
    public static partial void Retrying(ILogger logger, string failback, string code, string reason, int attempt, TimeSpan delay);

    [LoggerMessage(2004, LogLevel.Error, "{Failback}: halted: {Reason}")]
    public static partial void Halted(ILogger logger, string failback, string reason);

    [LoggerMessage(2005, LogLevel.Debug, "attempt '{Attempt}' refused with {Code}, trying the next order")]
    public static partial void AttemptRefused(ILogger logger, string attempt, string code);

    [LoggerMessage(2006, LogLevel.Warning, "foreign-key checks were relaxed for one transaction after {Code}, then verified")]
    public static partial void ConstraintsRelaxed(ILogger logger, string code);

    [LoggerMessage(2007, LogLevel.Warning, "{Failback}: {Count} rows of {Table} set aside as {State}: {Reason}")]
    public static partial void LettersAdded(ILogger logger, string failback, int count, string table, string state, string reason);

    [LoggerMessage(2008, LogLevel.Debug, "{Failback}: applied through {Resolved}: {Rows} rows in {Milliseconds} ms")]
    public static partial void WindowApplied(ILogger logger, string failback, string resolved, int rows, long milliseconds);

    [LoggerMessage(2009, LogLevel.Information, "{Failback}: {From} -> {To} ({Reason})")]
    public static partial void ActivityChanged(ILogger logger, string failback, string from, string to, string reason);

    [LoggerMessage(2010, LogLevel.Error, "{Failback}: messages missing in queue {Queue}: {Publisher} jumps from {Last} to {Next}")]
    public static partial void Gap(ILogger logger, string failback, string queue, string publisher, long last, long next);

    [LoggerMessage(2011, LogLevel.Warning, "{Failback}: reading stopped ({Reason}), attaching again in {Delay}")]
    public static partial void ReaderLost(ILogger logger, string failback, string reason, TimeSpan delay);

    [LoggerMessage(2012, LogLevel.Information, "{Failback}: {Replica} attaches to {Tables} of {All} tables, {Members} replicas live")]
    public static partial void Attaching(ILogger logger, string failback, string replica, int tables, int all, int members);

    [LoggerMessage(2013, LogLevel.Information, "{Failback}: the order of key columns was learned from the rows")]
    public static partial void KeyMapLearned(ILogger logger, string failback);

    [LoggerMessage(2014, LogLevel.Error, "{Failback}: group ended unexpectedly, starting again in {Delay}")]
    public static partial void GroupFailed(ILogger logger, Exception exception, string failback, TimeSpan delay);

    [LoggerMessage(2015, LogLevel.Information, "starting replicator")]
    public static partial void Starting(ILogger logger);

    [LoggerMessage(2016, LogLevel.Error, "{Failback}: connection URL cannot be used: {Reason}")]
    public static partial void BadTarget(ILogger logger, string failback, string reason);

    [LoggerMessage(2017, LogLevel.Information, "{Failback}: stopping")]
    public static partial void Stopping(ILogger logger, string failback);

    [LoggerMessage(2018, LogLevel.Information, "{Failback}: could not say goodbye ({Code}); the other replicas notice within seconds")]
    public static partial void NotLeft(ILogger logger, string failback, string code);

    [LoggerMessage(2019, LogLevel.Warning, "{Failback}: the broker cannot be reached ({Reason}); giving back what is owned until it can")]
    public static partial void BrokerAway(ILogger logger, string failback, string reason);

    [LoggerMessage(2022, LogLevel.Information, "{Failback}: a table of the target was altered, its catalogue is read again")]
    public static partial void TargetChanged(ILogger logger, string failback);

    [LoggerMessage(2021, LogLevel.Warning, "{Failback}: {Table} lacks columns of the changefeed ({Columns}); they go to: {Place}")]
    public static partial void UnknownColumns(ILogger logger, string failback, string table, string columns, string place);

    [LoggerMessage(
        2020, LogLevel.Warning,
        "{Failback}: the target does not answer this replica; giving back what is owned, another replica may reach it")]
    public static partial void GivenBack(ILogger logger, string failback);
}
