using System.Text.Json;
using System.Text.Json.Nodes;
using Failback.Control.Api;
using Failback.Control.Calls;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace Failback.Control.Documentation;

/// <summary>Describes the parameters of a call, adds its headers, and gives its body an example.</summary>
internal static class RequestDocumentation
{
    /// <summary>Meaning of parameters by name; it is the same in every call.</summary>
    private static readonly Dictionary<string, (string Description, JsonNode Example)> Parameters = new(StringComparer.Ordinal)
    {
        ["name"] = ("Name of the failback: lower-case letters, digits and dashes.", "shop"),
        ["table"] = ("Table of the target, schema.table.", "public.orders"),
        ["id"] = ("Id of the thing, from the list of its kind.", "17"),
        ["force"] = ("Go on although something is lost or cannot be reached; the call's description says what.", false),
        ["skip"] = ("Leave the checks out, for this reason, which is logged; at least five characters.", "checked by hand last night"),
        ["scanAdded"] = ("True: tables that join a running changefeed are sent with the rows they have.", "true"),
        ["codes"] = (
            "Leave out only these checks, by their codes, separated by commas; with a reason in skip.", "queue_policy,other_failback"),
        ["changefeed"] = ("Pause the managed changefeed, too.", false),
        ["state"] = ("Only entries in this state.", "running"),
        ["dialect"] = ("Only failbacks to this kind of target.", "postgres"),
        ["failback"] = ("Only operations of this failback.", "shop"),
        ["after"] = ("Only entries after this key: the key of the last entry of the page before.", "17"),
        ["limit"] = ("Entries of a page, 1 to 500.", 100),
        ["tail"] = ("The last so many, 1 to 500, instead of a page.", 20),
        ["types"] = ("Which types of events, separated by commas: state, progress, happened.", "state,happened"),
        ["lastEventId"] = ("For callers that cannot send Last-Event-ID.", "1764111600123"),
        ["errorClass"] = ("Only letters of this class of error.", "Constraint"),
        ["version"] = ("Version of the userscript.", 3),
        ["olderThan"] = ("Only letters set aside at least so long ago.", "10m"),
    };

    public static void Complete(OpenApiOperation operation, ApiDescription call)
    {
        IList<object> metadata = call.ActionDescriptor.EndpointMetadata;
        string[] codes = [.. metadata.OfType<ProblemDocumentation>().SelectMany(problems => problems.Codes)];
        foreach (OpenApiParameter parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            // Parameters of a query that is bound to a record have the names of its members, in Pascal case.
            if (parameter.Name is not null) parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name);
            if (parameter.Name is null || !Parameters.TryGetValue(parameter.Name, out (string Description, JsonNode Example) known))
                continue;
            parameter.Description ??= known.Description;
            parameter.Example ??= known.Example.DeepClone();
        }

        if (codes.Contains("revision_mismatch"))
            Header(operation, "If-Match", "ETag of what was read: refused with revision_mismatch when the failback has changed since.",
                "\"1764111600123\"");
        if (codes.Contains("exists")) Header(operation, "If-None-Match", "* refuses to replace a failback that exists.", "*");
        if (metadata.OfType<LongRunning>().Any())
            Header(operation, "Prefer", "respond-async answers 202 at once with an operation that does the work.", "respond-async");
        if (IsChange(call))
            Header(operation, RepeatableCalls.Header,
                "A fresh key of up to 255 characters. The same call with the same key, within 24 hours, gets the first answer again.",
                "6f0c3f43-8a1e-4d6e-9d8b-1f6a7a2f1c55");
        if (call.RelativePath?.EndsWith("/events", StringComparison.Ordinal) == true)
            Header(operation, "Last-Event-ID", "Id of the last event seen; what happened since comes first.", "1764111600123");
        if (operation.RequestBody?.Content is { } body && body.TryGetValue("application/json", out OpenApiMediaType? content)
            && ApiExamples.Request(call) is { } example)
            content.Example = example;
    }

    public static bool IsChange(ApiDescription call) => call.HttpMethod is "PUT" or "POST" or "DELETE" or "PATCH";

    private static void Header(OpenApiOperation operation, string name, string description, string example)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = example,
        });
    }
}
