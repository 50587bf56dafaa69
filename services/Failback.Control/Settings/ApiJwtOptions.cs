using Failback.Hosting.Security;

namespace Failback.Control.Settings;

/// <summary>Settings of signed tokens (JWT) for the API: those of every service, and the mapping of claims to roles.</summary>
internal sealed class ApiJwtOptions
{
    /// <summary>Keys, issuer, audience.</summary>
    public JwtOptions Token { get; set; } = new();

    /// <summary>
    /// Claim with the roles, a text or a list; <c>scope</c> and <c>scp</c> may hold several separated by blanks. Default <c>roles</c>.
    /// </summary>
    public string RoleClaim { get; set; } = "roles";

    /// <summary>Claim with the caller's name for the audit log. Default <c>sub</c>.</summary>
    public string NameClaim { get; set; } = "sub";

    /// <summary>Value of the role claim that makes an admin.</summary>
    public string Admin { get; set; } = "failback-admin";

    /// <summary>Value of the role claim that makes an operator.</summary>
    public string Operator { get; set; } = "failback-operator";

    /// <summary>Value of the role claim that makes a viewer.</summary>
    public string Viewer { get; set; } = "failback-viewer";
}
