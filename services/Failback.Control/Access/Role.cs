namespace Failback.Control.Access;

/// <summary>The role of a caller. Each role includes those before it.</summary>
internal enum Role
{
    /// <summary>Reads states, progress and lists; no row contents.</summary>
    Viewer,

    /// <summary>Starts, pauses, resumes, stops, settles dead letters and sees their rows.</summary>
    Operator,

    /// <summary>Defines and deletes failbacks, makes tokens, reads the audit log.</summary>
    Admin,
}

/// <summary>Route metadata: the role that a route needs when it differs from the default of its method.</summary>
internal sealed record RequiredRole(Role Role)
{
    /// <summary>
    /// Returns the role that a request needs: viewer for reading, operator for POST, admin for PUT, PATCH and DELETE, unless the
    /// route says otherwise.
    /// </summary>
    public static Role Of(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RequiredRole>() is { } required) return required.Role;
        string method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) return Role.Viewer;
        return HttpMethods.IsPost(method) ? Role.Operator : Role.Admin;
    }
}

/// <summary>Marks routes with the role that they need.</summary>
internal static class RequiredRoleConvention
{
    public static T Requires<T>(this T route, Role role) where T : IEndpointConventionBuilder => route.WithMetadata(new RequiredRole(role));
}
