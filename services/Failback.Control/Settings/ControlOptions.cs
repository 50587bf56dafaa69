using System.ComponentModel.DataAnnotations;

namespace Failback.Control.Settings;

/// <summary>Settings of the control process.</summary>
internal sealed class ControlOptions : IValidatableObject
{
    /// <summary>Section of the configuration: <c>Failback__Control__…</c> in the environment.</summary>
    public const string Section = "Failback:Control";

    /// <summary>Addresses to listen on, several separated by semicolons. Default: this machine only.</summary>
    [Required]
    public string Url { get; set; } = "http://127.0.0.1:8080";

    /// <summary>Bearer token of an admin. While no token of any kind is set, only callers on this machine are accepted.</summary>
    public string ApiToken { get; set; } = "";

    /// <summary>Further tokens by their hashes, lines of the form <c>name role sha256:… [expiry]</c> separated by semicolons.</summary>
    public string Tokens { get; set; } = "";

    /// <summary>File with one such line per token; read again when it changes.</summary>
    public string TokensFile { get; set; } = "";

    /// <summary>Signed tokens (JWT), of own keys or of an OpenID Connect provider.</summary>
    public ApiJwtOptions Jwt { get; set; } = new();

    /// <summary>Calls a second that one caller may make, on average. Default 100.</summary>
    [Range(1, 100_000)]
    public int CallsPerSecond { get; set; } = 100;

    /// <summary>
    /// SQLite file, whose folder is created, or <c>postgresql://user:password@host/database</c>, which several control processes may share.
    /// </summary>
    [Required]
    public string Database { get; set; } = "failback.db";

    /// <summary>
    /// For several controls on one PostgreSQL database: silence of one control after which the others take over its work. Default 8
    /// s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan TakeOverAfter { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Address at which the CockroachDB nodes reach the sink, <c>https://host:port</c>; empty: https://localhost:30004.
    /// </summary>
    public string PublicSinkUrl { get; set; } = "";

    /// <summary>
    /// RabbitMQ's management API, <c>http://host:port</c>, with another user before the host if it is not the broker's; empty: port 15672
    /// of the broker's host. Only preflight uses it.
    /// </summary>
    public string BrokerManagementUrl { get; set; } = "";

    /// <summary>
    /// Longest outage of sink, broker or target that must not lose changes; preflight compares it with the time that CockroachDB
    /// keeps changes. Default 24 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00")]
    public TimeSpan TolerableOutage { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Dialects beyond postgres, mysql and oracle that have running appliers, separated by commas; each is also the scheme of its
    /// URLs. Default: none.
    /// </summary>
    [RegularExpression(@"\A(?:[a-z][a-z0-9-]*(?:,\s*[a-z][a-z0-9-]*)*)?\z")]
    public string Dialects { get; set; } = "";

    /// <summary>PEM files for an https address; both or neither.</summary>
    public string TlsCertificate { get; set; } = "";

    public string TlsPrivateKey { get; set; } = "";

    /// <summary>Longest wait for an applier that lists the tables of a target. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan DescribeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Age of the last report from which the appliers of a failback count as silent. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "01:00:00")]
    public TimeSpan SilentAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait for a connection to CockroachDB and for each statement. Default 15 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Interval at which the jobs of managed changefeeds are checked. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan ChangefeedInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Interval at which the source is searched for tables that the filters select and a failback does not have. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan NewTablesInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Time within which a new changefeed must deliver its first resolved timestamp; later it is reported. Default 60 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan FirstResolvedWithin { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Age of the last resolved timestamp from which a changefeed is reported as lagging. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan FeedLagWarning { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The dialects of <see cref="Dialects"/>.</summary>
    public IReadOnlyCollection<string> FurtherDialects =>
        Dialects.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicSinkUrl.Length > 0
            && !(Uri.TryCreate(PublicSinkUrl, UriKind.Absolute, out Uri? sink) && sink.Scheme == "https" && sink.AbsolutePath == "/"))
            yield return new ValidationResult("Failback__Control__PublicSinkUrl must be https://host:port without a path");
        if (BrokerManagementUrl.Length > 0
            && !(Uri.TryCreate(BrokerManagementUrl, UriKind.Absolute, out Uri? management) && management.Scheme is "http" or "https"))
            yield return new ValidationResult("Failback__Control__BrokerManagementUrl must be http://host:port or https://host:port");
        if (TlsCertificate.Length > 0 != TlsPrivateKey.Length > 0)
            yield return new ValidationResult("Failback__Control__TlsCertificate and Failback__Control__TlsPrivateKey belong together");
        foreach (ValidationResult problem in Jwt.Token.Validate(validationContext))
            yield return new ValidationResult("Failback__Control__" + problem.ErrorMessage);
    }
}
