using System.Globalization;
using System.Text.Json.Nodes;
using Failback.Control.Api;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace Failback.Control.Documentation;

/// <summary>
/// Describes the answers of a call: the result with an example, and by status every problem with which it may be refused.
/// </summary>
internal static class ResponseDocumentation
{
    private const string ProblemType = "application/problem+json";

    public static void Complete(OpenApiOperation operation, ApiDescription call)
    {
        operation.Responses ??= [];
        Succeed(operation.Responses, call);
        IEnumerable<string> codes = call.ActionDescriptor.EndpointMetadata.OfType<ProblemDocumentation>()
            .SelectMany(problems => problems.Codes)
            .Concat(ProblemCatalogue.OfEveryCall).Concat(RequestDocumentation.IsChange(call) ? ProblemCatalogue.OfEveryChange : [])
            .Distinct(StringComparer.Ordinal);
        foreach (IGrouping<int, string> status in codes.GroupBy(code => ProblemCatalogue.Find(code).Status))
            Refuse(operation.Responses, status.Key, [.. status.Order(StringComparer.Ordinal)]);
    }

    private static void Succeed(OpenApiResponses responses, ApiDescription call)
    {
        foreach (ApiResponseType answer in call.SupportedResponseTypes.Where(answer => answer.StatusCode < 400))
        {
            if (responses.GetValueOrDefault(answer.StatusCode.ToString(CultureInfo.InvariantCulture)) is not OpenApiResponse response)
                continue;
            response.Description = answer.StatusCode switch
            {
                201 => "Created.",
                202 => "Taken on: the operation that does it; Location leads to it.",
                204 => "Done.",
                _ => "Done; the answer.",
            };
            if (ApiExamples.Response(answer.Type) is not { } example) continue;
            foreach (OpenApiMediaType content in response.Content?.Values ?? [])
                content.Example ??= example.DeepClone();
        }
    }

    private static void Refuse(OpenApiResponses responses, int status, string[] codes)
    {
        string key = status.ToString(CultureInfo.InvariantCulture);
        if (responses.GetValueOrDefault(key) is not OpenApiResponse response) responses[key] = response = new OpenApiResponse();
        response.Description = string.Join("; ", codes.Select(code => $"`{code}`: {ProblemCatalogue.Find(code).Meaning}")) + ".";
        response.Content ??= new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal);
        if (!response.Content.TryGetValue(ProblemType, out OpenApiMediaType? content))
            response.Content[ProblemType] = content = new OpenApiMediaType();
        content.Schema = Schema();
        content.Example = new JsonObject
        {
            ["type"] = "about:blank",
            ["title"] = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status),
            ["status"] = status,
            ["detail"] = ProblemCatalogue.Find(codes[0]).Meaning,
            ["code"] = codes[0],
            ["remedy"] = "what to do next",
        };
    }

    private static OpenApiSchema Schema()
    {
        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
        return new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(StringComparer.Ordinal) { "status", "code", "remedy" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["type"] = Text("A URI of the kind of status."),
                ["title"] = Text("The status in words."),
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
                ["detail"] = Text("What is wrong."),
                ["code"] = Text("Stable, for programs."),
                ["remedy"] = Text("What to do next."),
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Description = "Per field or check, where several are wrong.",
                    Items = new OpenApiSchema { Type = JsonSchemaType.Object }
                },
            },
        };
    }
}
