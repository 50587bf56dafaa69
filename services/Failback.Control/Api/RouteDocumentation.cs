namespace Failback.Control.Api;

/// <summary>Says at a route what the API document says about it.</summary>
internal static class RouteDocumentation
{
    /// <summary>Problems of this call beyond those of every call.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params string[] codes)
    {
        foreach (int status in codes.Select(code => ProblemCatalogue.Find(code).Status).Distinct()) route.ProducesProblem(status);
        return route.WithMetadata(new ProblemDocumentation(codes));
    }
}
