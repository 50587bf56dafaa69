using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace Failback.Control.Documentation;

/// <summary>
/// Serves the API document at <c>/openapi/v1.json</c> and a page that shows it at <c>/docs</c>. The page is served by this process
/// alone and loads nothing from other hosts.
/// </summary>
internal static class ControlDocument
{
    public static IServiceCollection AddControlDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            RequestDocumentation.Complete(operation, context.Description);
            ResponseDocumentation.Complete(operation, context.Description);
            return Task.CompletedTask;
        });
    });

    public static WebApplication MapControlDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json");
        app.MapScalarApiReference("/docs", options => options
            .WithTitle("Failback")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp()
            .HideDeveloperTools());
        return app;
    }

    private static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Failback control",
            Version = "v1",
            Description =
                "Defines, starts, watches and ends failbacks: streams that keep an old database current from CockroachDB. "
                + "Refusals are problem details (RFC 9457) with a stable `code`, a `detail` and a `remedy`, the next step. 64-bit ids "
                + "and HLC timestamps are text. "
                + "Calls may be repeated; with an `Idempotency-Key` a repeated call gets the first answer again.",
        };
        // Relative: the document is correct for every host name under which control is reached.
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal);
        document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The API token. Without one configured, control serves callers on its own machine only."
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "failbacks", Description = "Definitions, state, progress, events and dead letters." },
            new() { Name = "operations", Description = "Long work that outlives its call." },
        };
    }
}
