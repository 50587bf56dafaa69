using System.Text.Json;
using System.Text.Json.Nodes;

namespace Failback.Cockroach.Statements;

/// <summary>
/// Parses CREATE and ALTER CHANGEFEED (https://www.cockroachlabs.com/docs/stable/create-changefeed). Errors in the statement alone
/// are found here; errors that need the catalogue are found by the functions of <c>schema.sql</c>.
/// </summary>
internal static class ChangefeedSyntax
{
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "updated", "resolved", "min_checkpoint_frequency", "initial_scan", "no_initial_scan", "initial_scan_only", "cursor", "diff",
        "mvcc_timestamp", "full_table_name",
        "envelope", "format", "compression", "webhook_auth_header", "webhook_client_timeout", "webhook_sink_config", "on_error",
        "key_in_value", "topic_in_value",
        "gc_protect_expires_after", "protect_data_from_gc_on_pause", "schema_change_policy", "schema_change_events", "metrics_label",
        "encode_json_value_null_as_object",
        "ignore_disable_changefeed_replication", "extra_headers", "virtual_columns", "execution_locality", "lagging_ranges_threshold",
        "lagging_ranges_polling_interval", "end_time",
    };

    /// <summary>Returns the statement as a call of <c>create_changefeed</c>; the reader is behind CREATE CHANGEFEED.</summary>
    public static string Create(TokenReader reader)
    {
        reader.Require("for");
        reader.Take("table");
        JsonArray tables = Tables(reader);
        if (!reader.Take("into"))
            throw new StatementException("0A000", "this stand-in has no sinkless changefeeds: write INTO 'webhook-https://…'");
        string sink = reader.Text();
        JsonObject options = reader.Take("with") ? Options(reader) : [];
        reader.RequireEnd();
        CheckSink(sink);
        CheckOptions(options);
        var spec = new JsonObject
        {
            ["tables"] = tables,
            ["sink"] = sink,
            ["sink_uri"] = Redacted(sink),
            ["options"] = options,
            ["shown"] = Shown(options)
        };
        return $"SELECT crdb_internal.create_changefeed({Pg.Literal(spec.ToJsonString())}::jsonb) AS job_id";
    }

    /// <summary>Returns CREATE EXTERNAL CONNECTION as a call; the reader is behind these words.</summary>
    public static string CreateConnection(TokenReader reader)
    {
        string name = reader.Name();
        reader.Require("as");
        string sink = reader.Text();
        reader.RequireEnd();
        CheckSink(sink);
        return $"crdb_internal.create_connection({Pg.Literal(name)}, {Pg.Literal(sink)})";
    }

    /// <summary>Returns the statement as a call of <c>alter_changefeed</c>; the reader is behind ALTER CHANGEFEED.</summary>
    public static string Alter(TokenReader reader)
    {
        string job = reader.Number();
        var spec = new JsonObject
        {
            ["add"] = new JsonArray(),
            ["drop"] = new JsonArray(),
            ["set"] = new JsonObject(),
            ["unset"] = new JsonArray()
        };
        while (!reader.AtEnd)
        {
            if (reader.Take("add")) Append(spec["add"]!.AsArray(), Tables(reader));
            else if (reader.Take("drop")) Append(spec["drop"]!.AsArray(), Tables(reader));
            else if (reader.Take("set")) spec["set"] = OptionList(reader);
            else if (reader.Take("unset")) spec["unset"]!.AsArray().Add(reader.Name());
            else if (reader.Take("with")) spec["scan"] = OptionList(reader)["initial_scan"]?.GetValue<string>() is "yes" or "";
            else throw reader.Unexpected();
        }

        JsonObject set = spec["set"]!.AsObject();
        foreach (string fixedOption in (string[])["cursor", "end_time", "full_table_name"])
        {
            if (set.ContainsKey(fixedOption)) throw new StatementException("22023", $"cannot alter option \"{fixedOption}\"");
        }

        CheckOptions(set);
        return $"SELECT * FROM crdb_internal.alter_changefeed({job}, {Pg.Literal(spec.ToJsonString())}::jsonb)";
    }

    private static JsonArray Tables(TokenReader reader)
    {
        var tables = new JsonArray();
        do
        {
            reader.Take("table");
            tables.Add(new JsonArray([.. reader.QualifiedName().Select(part => (JsonNode)part)]));
            if (reader.Take("family")) throw new StatementException("0A000", "this stand-in has no column families");
        }
        while (reader.Take(","));
        return tables;
    }

    private static JsonObject Options(TokenReader reader)
    {
        bool list = reader.Take("options") && reader.Take("(") || reader.Take("(");
        JsonObject options = OptionList(reader);
        if (list) reader.Require(")");
        return options;
    }

    private static JsonObject OptionList(TokenReader reader)
    {
        var options = new JsonObject();
        do
        {
            string name = reader.Name();
            if (options.ContainsKey(name)) throw new StatementException("42601", $"option \"{name}\" specified multiple times");
            options[name] = reader.Take("=") ? reader.Value() : "";
        }
        while (reader.Take(","));
        return options;
    }

    private static void CheckSink(string sink)
    {
        if (!Uri.TryCreate(sink, UriKind.Absolute, out Uri? uri)) throw new StatementException("22023", "invalid sink URI");
        if (uri.Scheme == "webhook-http") throw new StatementException("22023", "this sink requires webhook-https");
        if (uri.Scheme == "external") return;
        if (uri.Scheme != "webhook-https") throw new StatementException("22023", $"unsupported sink: {uri.Scheme}");
        Dictionary<string, string> query = Query(uri);
        foreach (string name in (string[])["ca_cert", "client_cert", "client_key"])
        {
            if (query.TryGetValue(name, out string? value) && !IsBase64(value))
                throw new StatementException("22023", $"param {name} must be base64 encoded");
        }

        if (query.ContainsKey("client_cert") != query.ContainsKey("client_key"))
            throw new StatementException(
                "22023", query.ContainsKey("client_cert")
                ? "client_cert requires client_key to be set"
                : "client_key requires client_cert to be set");
    }

    private static void CheckOptions(JsonObject options)
    {
        foreach ((string name, _) in options)
        {
            if (!Known.Contains(name)) throw new StatementException("22023", $"invalid option \"{name}\"");
        }

        if (options.ContainsKey("diff") && options["envelope"]?.GetValue<string>() == "bare")
            throw new StatementException("22023", "diff is not usable with envelope=bare");
        if (options["envelope"]?.GetValue<string>() is { } envelope and not "wrapped")
            throw new StatementException("22023", $"this sink is incompatible with envelope={envelope}");
        if (options["format"]?.GetValue<string>() is { } format and not "json")
            throw new StatementException("22023", $"this sink is incompatible with format={format}");
        if (options["webhook_sink_config"]?.GetValue<string>() is not { } config) return;
        try
        {
            JsonNode? flush = JsonNode.Parse(config)?["Flush"];
            bool sized = Number(flush?["Messages"]) > 0 || Number(flush?["Bytes"]) > 0;
            if (sized && flush?["Frequency"] is null)
                throw new StatementException("22023", "invalid sink config, Flush.Frequency is not set, messages may never be sent");
        }
        catch (JsonException)
        {
            throw new StatementException("22023", "error unmarshalling json");
        }
    }

    private static long Number(JsonNode? node) => node is JsonValue value && value.TryGetValue(out long number) ? number : 0;

    private static string Shown(JsonObject options) =>
        string.Join(", ", options.OrderBy(option => option.Key, StringComparer.Ordinal).Select(option =>
        option.Value!.GetValue<string>() is { Length: > 0 } value
        ? $"{option.Key} = {Pg.Literal(option.Key == "webhook_auth_header" ? "redacted" : value)}"
        : option.Key));

    private static string Redacted(string sink)
    {
        int query = sink.IndexOf('?', StringComparison.Ordinal);
        if (query < 0) return sink;
        IEnumerable<string> pairs = sink[(query + 1)..].Split('&')
            .Select(pair => pair.StartsWith("client_key=", StringComparison.Ordinal) ? "client_key=redacted" : pair);
        return sink[..(query + 1)] + string.Join('&', pairs);
    }

    /// <summary>Returns the decoded parameters of a sink URI.</summary>
    public static Dictionary<string, string> Query(Uri uri) => uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('=', 2))
        .ToDictionary(
            pair => pair[0], pair => pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "", StringComparer.Ordinal);

    private static bool IsBase64(string value) =>
        Convert.TryFromBase64String(value, new byte[value.Length], out _) && !value.Contains(' ', StringComparison.Ordinal);

    private static void Append(JsonArray to, JsonArray from)
    {
        foreach (JsonNode? item in from) to.Add(item!.DeepClone());
    }
}
