namespace Failback.Control.Access;

/// <summary>What a caller may do; each may also do what those before it may.</summary>
internal enum Role
{
    /// <summary>Reads states, progress and lists; no row contents.</summary>
    Viewer,

    /// <summary>Starts, pauses, resumes, stops, settles dead letters and sees their rows.</summary>
    Operator,

    /// <summary>Defines and deletes failbacks, makes tokens, reads the audit log.</summary>
    Admin,
}

/// <summary>On a route: the role it needs, where that is not the usual one of its method.</summary>
internal sealed record RequiredRole(Role Role)
{
    /// <summary>Reading needs a viewer, POST an operator, PUT, PATCH and DELETE an admin, unless the route says otherwise.</summary>
    public static Role Of(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is { } required) return required.Role;
        string method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) return Role.Viewer;
        return HttpMethods.IsPost(method) ? Role.Operator : Role.Admin;
    }
}

/// <summary>Marks routes.</summary>
internal static class RequiredRoleConvention
{
    public static T Requires<T>(this T route, Role role) where T : IEndpointConventionBuilder => route.WithMetadata(new RequiredRole(role));
}
