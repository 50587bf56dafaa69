namespace Failback.Testing.Users;

/// <summary>Replaces the account in the URL of a database.</summary>
public static class UserUrl
{
    /// <summary>Returns the URL with another user and password.</summary>
    public static string Of(string url, string user, string password) =>
        new UriBuilder(url) { UserName = Uri.EscapeDataString(user), Password = Uri.EscapeDataString(password) }.Uri.ToString();

    /// <summary>Returns the URL with the user and password of another URL.</summary>
    public static string Of(string url, Uri owner)
    {
        string[] account = owner.UserInfo.Split(':', 2);
        return new UriBuilder(url) { UserName = account[0], Password = account[^1] }.Uri.ToString();
    }
}
