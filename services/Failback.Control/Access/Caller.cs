namespace Failback.Control.Access;

/// <summary>The authenticated caller of a request.</summary>
/// <param name="Name">Name of the token, or the name that a signed token gives.</param>
/// <param name="Role">Role that decides what it may do.</param>
/// <param name="Identity">
/// What tells it from every other caller: names of tokens and of signed tokens are given by different people and may be the same.
/// </param>
internal sealed record Caller(string Name, Role Role, string Identity)
{
    /// <summary>The caller for requests from this machine while no token is set.</summary>
    public static readonly Caller Local = new("local", Role.Admin, "local");

    /// <summary>Text that stands for a key of a row where the caller may not see row contents.</summary>
    public const string Hidden = "***";

    /// <summary>Whether the caller of a request may see row contents, keys among them.</summary>
    public static bool MaySeeRows(HttpContext context) => Of(context) is { Role: >= Role.Operator };

    /// <summary>Returns the caller of an accepted request, or null.</summary>
    public static Caller? Of(HttpContext context) => context.Features.Get<Caller>();
}
