using System.CommandLine;

namespace Failback.Cli.Fetch;

/// <summary>Flags of the seed's command.</summary>
internal static class FetchOptions
{
    public static readonly Option<string> Source = new("--source") { Description = "Connection URL of CockroachDB", Required = true };
    public static readonly Option<string> Target = new(
        "--target")
    { Description = "Connection URL of the database to keep current", Required = true };
    public static readonly Option<string> Mode = new(
        "--mode")
    { Description = "failback is the only mode here", DefaultValueFactory = _ => "data-load" };
    public static readonly Option<string> SchemaFilter = new(
        "--schema-filter")
    { Description = "POSIX regular expression over schema names", DefaultValueFactory = _ => ".*" };
    public static readonly Option<string> TableFilter = new(
        "--table-filter")
    { Description = "POSIX regular expression over table names", DefaultValueFactory = _ => ".*" };
    public static readonly Option<string> TableExclusionFilter = new(
        "--table-exclusion-filter")
    { Description = "Tables to leave out", DefaultValueFactory = _ => "" };
    public static readonly Option<string> ReplicatorText = new(
        "--replicator-flags")
    { Description = "Flags of the replicator, as one text", DefaultValueFactory = _ => "" };
    public static readonly Option<string> ChangefeedsPath = new("--changefeeds-path") { Description = "JSON file of changefeed overrides" };
    public static readonly Option<bool> AllowTlsModeDisable = new(
        "--allow-tls-mode-disable")
    { Description = "Allow insecure connections and the insecure default changefeed" };
    public static readonly Option<bool> NonInteractive = new("--non-interactive") { Description = "Ask nothing; nothing is asked anyway" };
    public static readonly Option<bool> CaseSensitive = new(
        "--case-sensitive")
    { Description = "Refused: names are compared regardless of case" };
    public static readonly Option<string> SourceCdb = new("--source-cdb") { Description = "Not needed for failback" };
    public static readonly Option<string> Logging = new("--logging") { Description = "info or debug", DefaultValueFactory = _ => "info" };
    public static readonly Option<string> LogFile = new(
        "--log-file")
    { Description = "stdout or a file", DefaultValueFactory = _ => "stdout" };
    public static readonly Option<bool> ConsoleWriter = new("--use-console-writer") { Description = "Plain lines instead of JSON" };
    public static readonly Option<string> MetricsListenAddr = new(
        "--metrics-listen-addr")
    { Description = "Has no effect: every service has /metrics" };
    public static readonly Option<string> PprofListenAddr = new("--pprof-listen-addr") { Description = "Has no effect" };
    public static readonly Option<string> Name = new("--name") { Description = "Name of the failback; by default from the staging schema" };
    public static readonly Option<bool> Detach = new("--detach") { Description = "End once it runs, and leave it running" };

    public static readonly Option<string> Skip = new("--skip") { Description = "Leave the checks before the start out, for this reason" };

    public static IEnumerable<Option> All =>
    [
        Source, Target, Mode, SchemaFilter, TableFilter, TableExclusionFilter, ReplicatorText, ChangefeedsPath, AllowTlsModeDisable,
        NonInteractive, CaseSensitive, SourceCdb, Logging, LogFile,
        ConsoleWriter, MetricsListenAddr, PprofListenAddr, Name, Detach, Skip,
    ];
}
