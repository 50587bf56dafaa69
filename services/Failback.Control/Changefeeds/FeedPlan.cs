using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Failback.Contracts.Api;
using Failback.Contracts;
using Failback.Contracts.Control;
using Failback.Source;

namespace Failback.Control.Changefeeds;

/// <summary>Decides from where a feed begins and what its statement says.</summary>
/// <param name="Definition">Definition with its secrets.</param>
/// <param name="Tables">Tables to watch.</param>
/// <param name="Address">Where it posts.</param>
/// <param name="Version">Release of the cluster.</param>
internal sealed record FeedPlan(
    FailbackDefinition Definition, IReadOnlyList<TableRoute> Tables, WebhookAddress Address, ClusterVersion Version)
{
    /// <summary>The keys of the target are not all in those of the source, so a delete needs the former row.</summary>
    public required bool Before { get; init; }

    /// <summary>The rows that tables added to a feed have already are to be sent.</summary>
    public bool ScanAdded { get; init; }

    /// <summary>What the feed shows to the sink; null: nothing.</summary>
    public string? Header { get; init; }

    /// <summary>
    /// The sink URI goes into an external connection: it holds a private key, which would else be in the job's description.
    /// </summary>
    public bool UsesConnection =>
        Version >= ClusterVersion.WebhookConnections && Parameters.Contains("client_key=", StringComparison.Ordinal);

    /// <summary>The sink URI with its secrets.</summary>
    public string SinkUri => Address.SinkUri(Parameters);

    private string Parameters => Definition.Changefeed.Overrides.SinkQueryParameters ?? "";

    /// <summary>Names sink and options, not the tables and the beginning: a feed with another digest has to be made anew.</summary>
    public string Digest
    {
        get
        {
            string statement = ChangefeedStatement.Create(
                [], Definition.Changefeed, Address, new FeedStart(null, "no", Before, Version), Header)
                + (UsesConnection ? "external" : "");
            return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(statement)))[..16].ToLower(CultureInfo.InvariantCulture);
        }
    }

    /// <param name="start">Where it begins.</param>
    /// <param name="connection">External connection that holds the sink URI; null: the statement itself.</param>
    public string Statement(FeedStart start, string? connection = null) =>
        ChangefeedStatement.Create(Tables, Definition.Changefeed, Address, start, Header, connection);

    /// <summary>
    /// A cursor that the operator has given anew is obeyed; otherwise a feed goes on where the last one was, and the first begins when the
    /// failback was first started.
    /// </summary>
    public FeedStart Start(ManagedFeed feed)
    {
        ChangefeedDefinition wish = Definition.Changefeed;
        bool newWish = wish.Cursor is not null && wish.Cursor != feed.AskedCursor;
        string? goOn = newWish ? null : feed.HighWater;
        string scan = goOn is null ? wish.Overrides.InitialScan ?? "no" : "no";
        string? first = wish.Cursor ?? (scan == "no" ? feed.Cursor : null);
        return new FeedStart(goOn ?? first, scan, Before, Version);
    }

    /// <summary>Tables that a job lacks and has too many; null: the server does not tell which it has.</summary>
    public (IReadOnlyList<string> Added, IReadOnlyList<string> Dropped)? Differences(FeedJob job)
    {
        if (job.Tables.Count == 0) return null;
        HashSet<TableName> has = [.. job.Tables.Select(Parse)];
        HashSet<TableName> wants = [.. Tables.Select(table => TableName.Parse(table.Source))];
        return ([.. wants.Except(has).Select(name => name.ToString())], [.. has.Except(wants).Select(name => name.ToString())]);
    }

    private static TableName Parse(string name) => TableName.TryParse(name, out TableName parsed) ? parsed : new TableName("", "", name);
}
