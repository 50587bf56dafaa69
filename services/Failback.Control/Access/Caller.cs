namespace Failback.Control.Access;

/// <summary>Who calls.</summary>
/// <param name="Name">Name of the token, or the name that a signed token gives.</param>
/// <param name="Role">What it may do.</param>
internal sealed record Caller(string Name, Role Role)
{
    /// <summary>Whoever calls from this machine while no token is set.</summary>
    public static readonly Caller Local = new("local", Role.Admin);

    /// <summary>The caller of a request that was let through.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
