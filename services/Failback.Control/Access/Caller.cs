namespace Failback.Control.Access;

/// <summary>The authenticated caller of a request.</summary>
/// <param name="Name">Name of the token, or the name that a signed token gives.</param>
/// <param name="Role">Role that decides what it may do.</param>
internal sealed record Caller(string Name, Role Role)
{
    /// <summary>The caller for requests from this machine while no token is set.</summary>
    public static readonly Caller Local = new("local", Role.Admin);

    /// <summary>Returns the caller of an accepted request, or null.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
