namespace Failback.Control.Api;

/// <summary>Attaches the content of the API document to routes.</summary>
internal static class RouteDocumentation
{
    /// <summary>Declares the problems of a call beyond those of every call.</summary>
    public static RouteHandlerBuilder Problems(this RouteHandlerBuilder route, params string[] codes)
    {
        foreach (int status in codes.Select(code => ProblemCatalogue.Find(code).Status).Distinct()) route.ProducesProblem(status);
        return route.WithMetadata(new ProblemDocumentation(codes));
    }
}
