using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Failback.Tests.Control.Calls;

/// <summary>Makes requests that no careful client sends, for one operation of the API document.</summary>
/// <param name="random">Source of the choices.</param>
/// <param name="document">The API document.</param>
internal sealed class OddRequest(Random random, JsonNode document)
{
    private static readonly string[] Texts =
    [
        "", "shop", "nosuch", "a%0d%0ab", "%1b%5b2J", "..%2f..%2fetc", "%ff%fe", "-5", "0", "1", "2", "100000", "1.5", "1e3",
        "9223372036854775807", "9223372036854775808", "true", "null", "running", "running,paused", "open", "all", "%22",
        "10m", "999999999999d", "shop.orders", "%3B%3Cscript%3E", new string('x', 3000),
    ];

    private static readonly string[] Accepts =
        ["*/*", "text/html", "text/event-stream", "application/xml;q=0.1", "*/*;q=0", "application/json;q=x", "nonsense", ""];

    private static readonly string[] Types =
    [
        "application/json", "application/json", "application/json", "application/json; charset=utf-8", "application/json; charset=foo",
        "application/json; charset=utf-16", "text/plain", "application/problem+json", "nonsense", "",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "1.5", "\"\"", "\"x\"", "\"\\u0000\"", "\"\\ud800\"", "\"10m\"", "[]",
        "[null]", "[1,\"x\",{}]", "{}", "{\"ids\":null}", "{\"state\":\"2\"}", "{\"olderThan\":\"-1h\"}", "[{\"topic\":\"a\",\"key\":[1]}]",
        "\"function f( {\"", "\"import { table } from 'failback@v1'; table('a', { upsert: () => { throw new Proxy({}, {}); } })\"",
    ];

    public HttpRequestMessage Of(string path, string method)
    {
        JsonNode operation = document["paths"]![path]![method]!;
        var query = new List<string>();
        foreach (JsonNode? parameter in operation["parameters"]?.AsArray() ?? [])
        {
            string name = (string)parameter!["name"]!, place = (string)parameter["in"]!;
            if (place == "path") path = path.Replace($"{{{name}}}", PathText(name), StringComparison.Ordinal);
            else if (place == "query" && random.Next(3) > 0) query.Add($"{name}={Pick(Texts)}");
        }

        if (random.Next(8) == 0) query.Add(Pick(Texts) + "=" + Pick(Texts));
        string address = path + (query.Count > 0 ? "?" + string.Join('&', query) : "");
        var request = new HttpRequestMessage(
            new HttpMethod(method.ToUpperInvariant()),
            new Uri(address, UriKind.Relative));
        AddHeaders(request);
        if (method is "put" or "post" || random.Next(6) == 0) request.Content = Content(operation);
        return request;
    }

    private void AddHeaders(HttpRequestMessage request)
    {
        if (random.Next(2) == 0) request.Headers.TryAddWithoutValidation("Accept", Pick(Accepts));
        if (random.Next(8) == 0) request.Headers.TryAddWithoutValidation("If-Match", Pick(["*", "\"1\"", "x", "W/\"1\", ,"]));
        if (random.Next(8) == 0) request.Headers.TryAddWithoutValidation("Idempotency-Key", Pick(["k", "a b", new string('k', 300)]));
        if (random.Next(8) == 0) request.Headers.TryAddWithoutValidation("Prefer", Pick(["respond-async", "x", "wait=-1"]));
        if (random.Next(8) == 0) request.Headers.TryAddWithoutValidation("Last-Event-ID", Pick(["x", "-1", "99999999999999999999"]));
    }

    private ByteArrayContent Content(JsonNode operation)
    {
        var content = new ByteArrayContent(Body(operation));
        if (Pick(Types) is { Length: > 0 } type) content.Headers.TryAddWithoutValidation("Content-Type", type);
        else content.Headers.ContentType = null;
        return content;
    }

    private byte[] Body(JsonNode operation) => random.Next(12) switch
    {
        0 => [],
        1 => "null"u8.ToArray(),
        2 => "{"u8.ToArray(),
        3 => "[]"u8.ToArray(),
        4 => "{}"u8.ToArray(),
        5 => [(byte)'{', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}'],
        6 => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"filter\":", 2000)) + "1" + new string('}', 2000)),
        7 => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\"{new string('x', 100_000)}\"")),
        _ => Members(operation),
    };

    /// <summary>An object with members of the operation's body and values of any kind.</summary>
    private byte[] Members(JsonNode operation)
    {
        JsonNode? schema = operation["requestBody"]?["content"]?["application/json"]?["schema"];
        string[] names = schema is null ? ["x"] : [.. Names(schema).DefaultIfEmpty("x")];
        IEnumerable<string> members = names.Where(_ => random.Next(2) == 0).Select(name => $"\"{name}\":{Pick(Values)}");
        return Encoding.UTF8.GetBytes("{" + string.Join(',', members) + "}");
    }

    private IEnumerable<string> Names(JsonNode schema)
    {
        if ((string?)schema["$ref"] is { } place) schema = document["components"]!["schemas"]![place.Split('/')[^1]]!;
        return schema["properties"]?.AsObject().Select(property => property.Key) ?? [];
    }

    // Mostly what exists: most faults lie behind the first look-up.
    private string PathText(string name) => random.Next(3) > 0
        ? name switch { "name" => "shop", "version" or "id" => "1", _ => "shop.orders" }
        : Pick(Texts) is { Length: > 0 } text ? text : "x";

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
