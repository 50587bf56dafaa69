using System.Globalization;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Failback.Control.Api;
using Xunit;

namespace Failback.Tests.Control.Calls;

/// <summary>Every operation of the API document, with odd paths, queries, headers and bodies: each is answered in a known way.</summary>
public sealed class ApiFuzzTests(RunningControl control, ITestOutputHelper output) : IClassFixture<RunningControl>
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task No_request_is_answered_otherwise_than_the_document_says()
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("FAILBACK_SEED"), CultureInfo.InvariantCulture, out int given)
            ? given
            : Random.Shared.Next();
        output.WriteLine($"FAILBACK_SEED={seed}");
        var random = new Random(seed);
        using HttpResponseMessage read = await control.Client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.True(read.IsSuccessStatusCode, string.Join('\n', control.Log.Errors));
        JsonNode document = JsonNode.Parse(await read.Content.ReadAsStringAsync())!;
        (string Path, string Method)[] operations = [
            .. document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (path.Key, method.Key)))
                .Where(operation => operation.Item2 is "get" or "put" or "post" or "delete" or "patch")];
        Assert.True(operations.Length > 30, $"only {operations.Length} operations were found");
        var requests = new OddRequest(random, document);
        long start = Stopwatch.GetTimestamp();
        int sent = 0;
        // The first round is finished in any case: every operation is called.
        for (int round = 0; round == 0 || Stopwatch.GetElapsedTime(start) < AtMost; round++)
        {
            await control.DefineAsync("shop");
            HttpRequestMessage[] some = [.. operations.Select(operation => requests.Of(operation.Path, operation.Method))];
            sent += some.Length;
            string?[] problems = await Task.WhenAll(some.Select(ProblemAsync));
            if (problems.OfType<string>().ToArray() is { Length: > 0 } found)
                Assert.Fail(string.Join("\n", found.Concat(control.Log.Errors.Take(3))));
        }

        output.WriteLine($"{sent} requests over {operations.Length} operations");
    }

    private async Task<string?> ProblemAsync(HttpRequestMessage request)
    {
        string call = $"{request.Method} {request.RequestUri} Accept: {request.Headers.Accept} Content-Type: "
            + $"{request.Content?.Headers.ContentType} {await BodyAsync(request)}";
        using (request)
        {
            try
            {
                using HttpResponseMessage answer = await control.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                int status = (int)answer.StatusCode;
                if (status < 400) return null;
                if (status >= 500 && status is not (501 or 503)) return $"{status}: {call}: {await answer.Content.ReadAsStringAsync()}";
                string text = await answer.Content.ReadAsStringAsync();
                if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json") return $"{status} is no problem: {call}";
                string code = (string?)JsonNode.Parse(text)!["code"] ?? "";
                if (!ProblemCatalogue.All.TryGetValue(code, out Problem? known) && !CheckProblems.All.TryGetValue(code, out known))
                    return $"{status} has code '{code}': {call}";
                if (known.Status != status) return $"{code} is {status} and not {known.Status}: {call}";
                return string.IsNullOrEmpty((string?)JsonNode.Parse(text)!["detail"]) ? $"{status} {code} has no detail: {call}" : null;
            }
            catch (OperationCanceledException)
            {
                return $"no answer: {call}";
            }
        }
    }

    private static async Task<string> BodyAsync(HttpRequestMessage request)
    {
        string text = request.Content is null ? "" : Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync());
        return text.Length > 200 ? text[..200] : text;
    }
}
