namespace Failback.Control.Settings;

/// <summary>Log messages of control, ids 3000 to 3999. The first three have the wording of the migration tool.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(3000, LogLevel.Information, "starting replicator")]
    public static partial void StartingReplicator(ILogger log, string failback);

    [LoggerMessage(3001, LogLevel.Information, "staging database name: {StagingSchema}")]
    public static partial void StagingName(ILogger log, string stagingSchema, string failback);

    [LoggerMessage(3002, LogLevel.Information, "creating changefeed on the source CRDB database")]
    public static partial void CreatingChangefeed(ILogger log, string failback, bool managed);

    [LoggerMessage(3003, LogLevel.Information, "failback {Failback} is {State} at revision {Revision}")]
    public static partial void StateChanged(ILogger log, string failback, Contracts.Control.RunState state, long revision);

    [LoggerMessage(
        3004, LogLevel.Critical,
        "NO API TOKEN: control serves only callers on this machine. Set Failback__Control__ApiToken to serve others.")]
    public static partial void NoToken(ILogger log);

    [LoggerMessage(3005, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, Exception exception, string method, string path);

    [LoggerMessage(3006, LogLevel.Warning, "progress was not saved")]
    public static partial void ProgressNotSaved(ILogger log, Exception exception);

    [LoggerMessage(
        3007, LogLevel.Warning,
        "the news about failback {Failback} was not published ({Reason}); services hear it when they ask, every 30 s")]
    public static partial void NotPublished(ILogger log, string failback, string reason);

    [LoggerMessage(3008, LogLevel.Information, "failback {Failback} is gone, {Queues} queues deleted")]
    public static partial void Deleted(ILogger log, string failback, int queues);

    [LoggerMessage(3010, LogLevel.Error, "the stored secrets of failback {Failback} cannot be opened: {Reason}")]
    public static partial void SecretsNotOpened(ILogger log, string failback, string reason);

    [LoggerMessage(3011, LogLevel.Information, "changefeed {Job} of failback {Failback} is made, from {Cursor}")]
    public static partial void FeedCreated(ILogger log, string failback, string job, string cursor);

    [LoggerMessage(3012, LogLevel.Information, "changefeed {Job} serves failback {Failback} already")]
    public static partial void FeedAdopted(ILogger log, string failback, string job);

    [LoggerMessage(3013, LogLevel.Information, "changefeed {Job} of failback {Failback} is {Status}")]
    public static partial void FeedStatus(ILogger log, string failback, string job, string status);

    [LoggerMessage(3014, LogLevel.Warning, "the changefeed of failback {Failback} cannot be looked at: {Reason}")]
    public static partial void FeedNotSeen(ILogger log, string failback, string reason);

    [LoggerMessage(3015, LogLevel.Information, "changefeed {Job} ended before it could be cancelled: {Reason}")]
    public static partial void FeedEndedItself(ILogger log, string job, string reason);

    [LoggerMessage(
        3016, LogLevel.Warning, "failback {Failback} is deleted while CockroachDB cannot be asked: cancel changefeed {Job} there by hand")]
    public static partial void FeedLeftBehind(ILogger log, string failback, string job);

    [LoggerMessage(3020, LogLevel.Warning, "the database of control does not answer ({Reason}), trying again")]
    public static partial void StateNotRead(ILogger log, string reason);

    [LoggerMessage(3021, LogLevel.Error, "operation {Kind} of failback {Failback} failed")]
    public static partial void OperationFailed(ILogger log, Exception exception, string kind, string failback);

    [LoggerMessage(3022, LogLevel.Error, "a step of {Kind} of failback {Failback} failed")]
    public static partial void StepFailed(ILogger log, Exception exception, string kind, string failback);

    [LoggerMessage(3023, LogLevel.Information, "{Kind} of failback {Failback} goes on from where it was: {Done} steps are done")]
    public static partial void RunContinued(ILogger log, string kind, string failback, int done);

    [LoggerMessage(
        3024, LogLevel.Warning, "{Kind} of failback {Failback} is stuck at \"{Step}\" ({Code}) after {Attempts} attempts, trying again")]
    public static partial void RunStuck(ILogger log, string kind, string failback, string step, string code, int attempts);

    [LoggerMessage(3025, LogLevel.Information, "{Kind} of failback {Failback} is given up: a later command took its place")]
    public static partial void RunReplaced(ILogger log, string kind, string failback);

    [LoggerMessage(
        3026, LogLevel.Warning, "{Kind} of failback {Failback} is of a kind that this release does not know: it waits for a newer one")]
    public static partial void RunUnknown(ILogger log, string kind, string failback);

    [LoggerMessage(3018, LogLevel.Information, "this control leads: it watches changefeeds and goes on with what others left unfinished")]
    public static partial void LeadTaken(ILogger log);

    [LoggerMessage(3019, LogLevel.Warning, "this control no longer leads: the database does not answer ({Reason})")]
    public static partial void LeadLost(ILogger log, string reason);

    [LoggerMessage(3030, LogLevel.Information, "failback {Failback} runs version {Version} of its userscript at revision {Revision}")]
    public static partial void ScriptActivated(ILogger log, string failback, long version, long revision);

    [LoggerMessage(3017, LogLevel.Warning, "the checks before the start of failback {Failback} are left out ({Codes}): {Reason}")]
    public static partial void PreflightSkipped(ILogger log, string failback, string codes, string reason);

    [LoggerMessage(
        3060, LogLevel.Warning, "the API token has less than {Least} characters and may be guessed: make one with failback make-token")]
    public static partial void ShortToken(ILogger log, int least);

    [LoggerMessage(3061, LogLevel.Information, "{File} changed: {Tokens} API tokens are known from it")]
    public static partial void TokensRead(ILogger log, string file, int tokens);

    [LoggerMessage(3062, LogLevel.Error, "{File} changed, but cannot be used ({Reason}): the tokens from before stay valid")]
    public static partial void TokensNotRead(ILogger log, string file, string reason);

    [LoggerMessage(3063, LogLevel.Information, "audit: {Caller} ({Role}, {Remote}) {Method} {Path}: {Outcome}")]
    public static partial void Audited(
        ILogger log, string caller, string role, string remote, string method, string path, string outcome, string call, string hash);

    [LoggerMessage(3064, LogLevel.Information, "the secrets of failback {Failback} are sealed with key {Key} now")]
    public static partial void Resealed(ILogger log, string failback, string key);

    [LoggerMessage(
        3069, LogLevel.Information, "everything is sealed with key {Key} now, {Others} stored answers too: older keys can be taken out")]
    public static partial void AllResealed(ILogger log, string key, int others);

    [LoggerMessage(
        3065, LogLevel.Warning, "external connection {Name} is left behind on CockroachDB ({Reason}): DROP EXTERNAL CONNECTION {Name}")]
    public static partial void ConnectionLeftBehind(ILogger log, string name, string reason);

    [LoggerMessage(3066, LogLevel.Warning, "{Caller} is {Role}: {Method} {Path} is refused, it needs {Needed}")]
    public static partial void Forbidden(ILogger log, string caller, string role, string method, string path, string needed);

    [LoggerMessage(3067, LogLevel.Warning, "a call from {Remote} is refused: {Reason}")]
    public static partial void WrongCredentials(ILogger log, string remote, string reason);

    [LoggerMessage(
        3068, LogLevel.Warning,
        "{Url} is served without TLS: tokens can be read on the way. Put a proxy with TLS before it, or set "
            + "Failback__Control__TlsCertificate and an https address")]
    public static partial void PlainHttp(ILogger log, string url);

    [LoggerMessage(3080, LogLevel.Warning, "failback {Failback}: an owner that does not acknowledge the pause was fenced in the target")]
    public static partial void OwnersFenced(ILogger log, string failback);

    [LoggerMessage(3081, LogLevel.Warning, "failback {Failback}: an owner that does not acknowledge the pause is not fenced yet: {Reason}")]
    public static partial void OwnersNotFenced(ILogger log, string failback, string reason);
}
