namespace Failback.Testing.Users;

/// <summary>The same database for another account.</summary>
public static class UserUrl
{
    /// <summary>The URL with user and password replaced.</summary>
    public static string Of(string url, string user, string password) =>
        new UriBuilder(url) { UserName = Uri.EscapeDataString(user), Password = Uri.EscapeDataString(password) }.Uri.ToString();

    /// <summary>The URL with user and password of another.</summary>
    public static string Of(string url, Uri owner)
    {
        string[] account = owner.UserInfo.Split(':', 2);
        return new UriBuilder(url) { UserName = account[0], Password = account[^1] }.Uri.ToString();
    }
}
